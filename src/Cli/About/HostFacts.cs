using System.Runtime.InteropServices;

namespace Cli.About;

/// <param name="System">The distribution in Linux, else the system's name.</param>
internal sealed record HostFacts(string System, string Version, string Architecture)
{
    public static string Runtime => RuntimeInformation.FrameworkDescription;

    public static HostFacts OfThisMachine()
    {
        var architecture = RuntimeInformation.OSArchitecture switch
        {
            global::System.Runtime.InteropServices.Architecture.X64 => "x86_64",
            global::System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
            var other => other.ToString().ToLowerInvariant(),
        };
        var version = Environment.OSVersion.Version.ToString();
        return OperatingSystem.IsWindows() ? new("Microsoft Windows", version, architecture)
            : OperatingSystem.IsMacOS() ? new("darwin", version, architecture)
            : OfDistribution(version, architecture);
    }

    private static HostFacts OfDistribution(string kernel, string architecture)
    {
        const string Description = "/etc/os-release";
        var facts = File.Exists(Description) ? File.ReadAllLines(Description) : [];
        return new(Value(facts, "ID=") ?? "linux", Value(facts, "VERSION_ID=") ?? kernel, architecture);
    }

    private static string? Value(string[] facts, string name) =>
        Array.Find(facts, fact => fact.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim('"', '\'');
}
