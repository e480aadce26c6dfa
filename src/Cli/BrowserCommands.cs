namespace Cli;

/// <summary>Which commands may open an address here, best first.</summary>
internal static class BrowserCommands
{
    public static IEnumerable<IReadOnlyList<string>> For(IReadOnlyDictionary<string, string> environment, string url)
    {
        if (environment.GetValueOrDefault("BROWSER") is { Length: > 0 } browser)
        {
            return browser.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(command => Fill(command, url));
        }
        if (OperatingSystem.IsMacOS())
        {
            return
            [
                ["open", url],
            ];
        }
        if (IsWindowsSubsystem(environment))
        {
            // PowerShell's single quotes keep everything but themselves, and an address has those escaped.
            return
            [
                ["wslview", url],
                ["powershell.exe", "-NoProfile", "-Command", $"Start-Process '{url.Replace("'", "%27")}'"],
            ];
        }
        var hasDisplay =
            environment.GetValueOrDefault("DISPLAY") is { Length: > 0 }
            || environment.GetValueOrDefault("WAYLAND_DISPLAY") is { Length: > 0 };
        return hasDisplay
            ?
            [
                ["xdg-open", url],
            ]
            : [];
    }

    /// <summary>Not over SSH, where the display is another machine's, nor where there is none or no program for it; <c>BROWSER</c> says that somebody has arranged for it.</summary>
    public static bool MayOpen(IReadOnlyDictionary<string, string> environment) =>
        environment.GetValueOrDefault("BROWSER") is { Length: > 0 }
        || (
            environment.GetValueOrDefault("SSH_CONNECTION") is not { Length: > 0 }
            && (OperatingSystem.IsWindows() || For(environment, "about:blank").Any(command => IsInstalled(command[0], environment)))
        );

    private static bool IsInstalled(string program, IReadOnlyDictionary<string, string> environment) =>
        environment
            .GetValueOrDefault("PATH", "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    private static bool IsWindowsSubsystem(IReadOnlyDictionary<string, string> environment) =>
        environment.ContainsKey("WSL_DISTRO_NAME") || environment.ContainsKey("WSL_INTEROP");

    /// <summary><c>BROWSER</c> holds commands with arguments; <c>%s</c> stands for the address, which otherwise comes last.</summary>
    private static List<string> Fill(string command, string url)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        if (!words.Exists(word => word.Contains("%s", StringComparison.Ordinal)))
        {
            words.Add("%s");
        }
        return words.ConvertAll(word => word.Replace("%s", url, StringComparison.Ordinal));
    }
}
