using Support;

namespace Cli.Tests;

/// <summary>The built program on a terminal. It never reaches a server: what is typed ends before that.</summary>
public sealed class TerminalCases : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("cli-pty-").FullName;

    public TerminalCases() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The pseudo terminal is glibc's.");

    public void Dispose() => Directory.Delete(home, recursive: true);

    private PtyProcess Login(params string[] words)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PULUMI_HOME"] = home,
            ["PULUMI_ACCESS_TOKEN"] = null,
            ["PULUMI_BACKEND_URL"] = null,
            ["PULUMI_DISABLE_CI_DETECTION"] = "1",
            ["BROWSER"] = "true",
            ["TERM"] = "xterm-256color",
            ["DOTNET_ROOT"] =
                Path.GetDirectoryName(Environment.ProcessPath) is { } path && File.Exists(Path.Combine(path, "dotnet"))
                    ? path
                    : Environment.GetEnvironmentVariable("DOTNET_ROOT"),
        };
        return PtyProcess.Start(Path.Combine(AppContext.BaseDirectory, "pulumi"), ["login", .. words], environment);
    }

    private const string Prompt =
        "Manage your Pulumi stacks by logging in.\r\n"
        + "Run `pulumi login --help` for alternative login options.\r\n"
        + "Enter your access token from https://app.pulumi.com/account/tokens\r\n"
        + "    or hit <ENTER> to log in using your browser                   : ";

    [Fact]
    public void The_prompt_is_all_there_is_and_control_c_leaves_it()
    {
        using var pulumi = Login();
        pulumi.Expect(Prompt);
        pulumi.Send("\x03");
        pulumi.Wait().ShouldBe(1);
        pulumi.Screen.Replace("^C", "").ShouldBe(Prompt + "\r\nerror: could not log in to the Pulumi Cloud: EOF\r\n");
    }

    [Fact]
    public void Control_d_leaves_it_too()
    {
        using var pulumi = Login();
        pulumi.Expect(Prompt);
        pulumi.Send("\x04");
        pulumi.Wait().ShouldBe(1);
        pulumi.Screen.ShouldBe(Prompt + "\r\nerror: could not log in to the Pulumi Cloud: EOF\r\n");
    }

    [Fact]
    public async Task A_token_is_not_echoed()
    {
        await using var cloud = await FakeCloud.Start();
        using var pulumi = Login(cloud.Url);
        pulumi.Expect("Enter your access token: ");
        pulumi.Send("good\r");
        pulumi.Wait().ShouldBe(0);
        pulumi.Screen.ShouldBe($"Enter your access token: \r\nLogged in to {cloud.Url} as alice ()\r\n");
    }

    [Fact]
    public void Enter_goes_to_the_browser_and_control_c_ends_the_wait()
    {
        using var pulumi = Login();
        pulumi.Expect(Prompt);
        pulumi.Send("\r");
        pulumi.Expect("We've launched your web browser to complete the login process.\r\n\r\nWaiting for login to complete...\r\n");
        pulumi.Send("\x03");
        pulumi.Wait().ShouldBe(8);
    }
}
