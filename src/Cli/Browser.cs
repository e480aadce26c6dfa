using System.ComponentModel;
using System.Diagnostics;

namespace Cli;

/// <summary>Opens an address in the person's browser, with whatever this machine has for that.</summary>
internal static class Browser
{
    /// <summary>Commands that fail say so at once; one that is still running by then is taken to be the browser itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <returns>False when nothing could open it.</returns>
    public static async Task<bool> Open(IReadOnlyDictionary<string, string> environment, Uri url, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows() && !environment.ContainsKey("BROWSER"))
        {
            return Start(new ProcessStartInfo(url.AbsoluteUri) { UseShellExecute = true });
        }
        foreach (var command in BrowserCommands.For(environment, url.AbsoluteUri))
        {
            if (await Run(command, ct))
            {
                return true;
            }
        }
        return false;
    }

    private static bool Start(ProcessStartInfo start)
    {
        try
        {
            using var process = Process.Start(start);
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    // Through a shell in the background: what the browser prints goes nowhere, and Ctrl-C on our terminal does not reach it.
    private static async Task<bool> Run(IReadOnlyList<string> command, CancellationToken ct)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(command[0], command.Skip(1)) { CreateNoWindow = true }
            : new ProcessStartInfo("/bin/sh", ["-c", "\"$@\" </dev/null >/dev/null 2>&1 & wait $!", "sh", .. command]);
        try
        {
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(ct).WaitAsync(Patience, ct);
            return process.ExitCode == 0;
        }
        catch (TimeoutException)
        {
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
