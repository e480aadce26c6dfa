namespace Cli.Tests.Auth;

/// <summary>Whether a browser can open here: if not, login shows a code for one elsewhere.</summary>
public sealed class BrowserCommandsTests : IDisposable
{
    private readonly DirectoryInfo _bin = Directory.CreateTempSubdirectory("bin-");

    public void Dispose() => _bin.Delete(recursive: true);

    [Theory]
    [InlineData("a desktop", true, "xdg-open", "DISPLAY=:0")]
    [InlineData("a desktop with Wayland", true, "xdg-open", "WAYLAND_DISPLAY=wayland-0")]
    [InlineData("a desktop without anything that opens addresses", false, "", "DISPLAY=:0")]
    [InlineData("a container", false, "xdg-open", "")]
    [InlineData(
        "a shell over SSH, with the display of another machine",
        false,
        "xdg-open",
        "DISPLAY=:10;SSH_CONNECTION=10.0.0.2 50000 10.0.0.1 22"
    )]
    [InlineData("the Windows subsystem with a browser", true, "wslview", "WSL_DISTRO_NAME=Debian")]
    [InlineData("the Windows subsystem with Windows' own programs", true, "powershell.exe", "WSL_INTEROP=/run/WSL/8_interop")]
    [InlineData("the Windows subsystem shut off from Windows", false, "", "WSL_DISTRO_NAME=Debian")]
    [InlineData("a browser that somebody names", true, "", "SSH_CONNECTION=10.0.0.2 50000 10.0.0.1 22;BROWSER=my-browser")]
    public void A_browser_opens_where_a_person_sits_and_a_program_for_it_exists(string place, bool opens, string program, string variables)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        if (program.Length > 0)
        {
            var file = Path.Combine(_bin.FullName, program);
            File.WriteAllText(file, "#!/bin/sh\n");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        var environment = variables
            .Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(v => v.Split('=', 2))
            .ToDictionary(v => v[0], v => v[1]);
        environment["PATH"] = $"/nowhere:{_bin.FullName}";

        BrowserCommands.MayOpen(environment).ShouldBe(opens, place);
    }
}
