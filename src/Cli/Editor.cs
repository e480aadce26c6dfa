using System.ComponentModel;
using System.Diagnostics;

namespace Cli;

/// <summary>The person's editor, on the terminal of this process.</summary>
internal static class Editor
{
    /// <returns>False when there is none, or when it failed.</returns>
    public static async Task<bool> Open(IReadOnlyDictionary<string, string> environment, string file, CancellationToken ct)
    {
        var command =
            environment.GetValueOrDefault("VISUAL") is { Length: > 0 } visual ? visual
            : environment.GetValueOrDefault("EDITOR") is { Length: > 0 } editor ? editor
            : OperatingSystem.IsWindows() ? "notepad"
            : "vi";
        // The variable is a command line, by the shell's rules.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", $"{command} \"{file}\""])
            : new ProcessStartInfo("/bin/sh", ["-c", command + " \"$1\"", "sh", file]);
        try
        {
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
