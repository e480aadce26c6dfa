using System.ComponentModel;
using System.Diagnostics;

namespace Cli;

/// <summary>A program that knows something for us, such as another command line's login.</summary>
internal static class OtherProgram
{
    /// <returns>What it printed; null when there is none, or when it failed.</returns>
    public static async Task<string?> Run(string file, IReadOnlyList<string> words, CancellationToken ct)
    {
        var start = new ProcessStartInfo(file, words)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            using var process = Process.Start(start)!;
            var (output, talk) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            await Task.WhenAll(output, talk, process.WaitForExitAsync(ct));
            return process.ExitCode == 0 ? await output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
