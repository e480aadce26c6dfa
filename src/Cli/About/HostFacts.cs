using System.Runtime.InteropServices;

namespace Cli.About;

/// <summary>The machine in the stock CLI's words.</summary>
/// <param name="System">The distribution in Linux, else the system's name.</param>
internal sealed record HostFacts(string System, string Version, string Architecture)
{
    private const string Description = "/etc/os-release";

    public static string Runtime => RuntimeInformation.FrameworkDescription;

    public static HostFacts OfThisMachine()
    {
        var kernel = Environment.OSVersion.Version.ToString();
        return OperatingSystem.IsWindows() ? new("Microsoft Windows", kernel, ArchitectureName)
            : OperatingSystem.IsMacOS() ? new("darwin", kernel, ArchitectureName)
            : OfDistribution(File.Exists(Description) ? File.ReadAllLines(Description) : [], kernel, ArchitectureName);
    }

    /// <param name="release">The lines of os-release.</param>
    public static HostFacts OfDistribution(string[] release, string kernel, string architecture) =>
        new(Value(release, "ID=") ?? "linux", Value(release, "VERSION_ID=") ?? kernel, architecture);

    private static string? Value(string[] release, string name) =>
        Array.Find(release, line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim('"', '\'');

    private static string ArchitectureName =>
        RuntimeInformation.OSArchitecture switch
        {
            global::System.Runtime.InteropServices.Architecture.X64 => "x86_64",
            global::System.Runtime.InteropServices.Architecture.Arm64 => OperatingSystem.IsLinux() ? "aarch64" : "arm64",
            var other => other.ToString().ToLowerInvariant(),
        };
}
