using System.Diagnostics;
using System.Text.Json.Nodes;
using Support;

namespace EndToEnd;

/// <summary>The published `pulumi` on a real terminal.</summary>
public sealed class TerminalTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("holdfast-home-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public void The_prompt_is_the_tutorials_to_the_character_and_ctrl_c_leaves_cleanly()
    {
        using var terminal = Terminal(new(), "login");

        terminal.Expect("browser                   : ");
        terminal.Screen.ShouldBe(
            "Manage your Pulumi stacks by logging in.\r\n"
                + "Run `pulumi login --help` for alternative login options.\r\n"
                + "Enter your access token from https://app.pulumi.com/account/tokens\r\n"
                + "    or hit <ENTER> to log in using your browser                   : "
        );
        terminal.Type("\u0003");

        terminal.Wait().ShouldBe(1);
        terminal.Screen.ShouldEndWith("error: could not log in to the Pulumi Cloud: EOF\r\n");
    }

    [Fact]
    public void The_end_of_input_leaves_the_prompt_too()
    {
        using var terminal = Terminal(new(), "login");

        terminal.Expect("browser                   : ");
        terminal.Type("\u0004");

        terminal.Wait().ShouldBe(1);
        terminal.Screen.ShouldEndWith("browser                   : \r\nerror: could not log in to the Pulumi Cloud: EOF\r\n");
    }

    [Fact]
    public void Enter_opens_the_browser_and_ctrl_c_ends_the_wait_for_it()
    {
        var opened = Path.Combine(_home.FullName, "opened");
        var browser = Path.Combine(_home.FullName, "browser");
        File.WriteAllText(browser, $"#!/bin/sh\necho \"$1\" >{opened}\n");
        File.SetUnixFileMode(browser, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var terminal = Terminal(new() { ["BROWSER"] = browser }, "login");

        terminal.Expect("browser                   : ");
        terminal.Type("\n");
        terminal.Expect("We've launched your web browser to complete the login process.\r\n\r\nWaiting for login to complete...\r\n");
        terminal.Type("\u0003");

        terminal.Wait().ShouldBe(8, "the exit code of what a person cancelled");
        terminal.Screen.ShouldEndWith(
            "error: could not log in to the Pulumi Cloud: the login was cancelled before the browser came back\r\n"
        );
        File.ReadAllText(opened).ShouldStartWith("https://app.pulumi.com/cli-login?cliCommand=pulumi+login&cliSessionDescription=");
    }

    [Fact]
    public void Without_a_browser_the_address_is_shown()
    {
        using var terminal = Terminal(new() { ["PULUMI_CONSOLE_DOMAIN"] = "console.test" }, "login", "http://127.0.0.1:9");

        terminal.Expect("browser");
        terminal.Type("\n");

        terminal.Expect(
            "We couldn't launch your web browser for some reason. Please visit:\r\n\r\nhttp://console.test/cli-login?cliCommand="
        );
        terminal.Expect("to finish the login process.\r\nThe page shows the words \"");
        terminal.Expect("\r\n\r\nWaiting for login to complete...\r\n");
    }

    [Theory, InlineData("\r", 0), InlineData("\u0003", 1)]
    public void A_list_of_accounts_leaves_the_terminal_as_it_was(string key, int exit)
    {
        File.WriteAllText(
            Path.Combine(_home.FullName, "credentials.json"),
            """{"current":"file://~","accessTokens":{"file:///tmp":"","file://~":""}}"""
        );
        using var terminal = Terminal(new(), "login", "--interactive");

        terminal.Expect("Please choose an account (2 total):");
        terminal.Expect("file://~");
        terminal.Type(key);

        terminal.Wait().ShouldBe(exit);
        var screen = terminal.Screen;
        screen
            .LastIndexOf("\e[?25h", StringComparison.Ordinal)
            .ShouldBeGreaterThan(screen.LastIndexOf("\e[?25l", StringComparison.Ordinal));
        screen.LastIndexOf("\e[?1l", StringComparison.Ordinal).ShouldBeGreaterThan(screen.LastIndexOf("\e[?1h", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_typed_token_is_not_shown_and_the_whole_tutorial_works()
    {
        using var server = await PublishedServer.Start();
        (
            await server.Holdfast("correct horse battery\n", "user", "add", "ann", "--email", "ann@example.com", "--password-stdin")
        ).Exit.ShouldBe(0);
        var token = (await server.Holdfast("", "token", "add", "--user", "ann", "--expires", "1d")).Out.Trim();
        var variables = new Dictionary<string, string> { ["PULUMI_CONSOLE_DOMAIN"] = server.Console };

        using var login = Terminal(variables, "login", server.Url);
        login.Expect($"Enter your access token from {server.Url}/account/tokens");
        login.Expect(": ");
        login.Type(token + "\n");
        login.Expect($"Logged in to {server.Url} as ann ({server.Url}/ann)");
        login.Wait().ShouldBe(0);
        login.Screen.ShouldNotContain(token);
        login.Screen.ShouldContain("Welcome to Pulumi!");

        using var whoami = Terminal(variables, "whoami");
        whoami.Wait().ShouldBe(0);
        whoami.Screen.ShouldBe("ann\r\n");

        using var logout = Terminal(variables, "logout");
        logout.Wait().ShouldBe(0);
        logout.Screen.ShouldBe($"Logged out of {server.Url}\r\n");
    }

    [Fact]
    public void In_a_ci_system_nobody_is_asked_even_on_a_terminal()
    {
        using var terminal = Terminal(new() { ["GITHUB_ACTIONS"] = "true" }, "login");

        terminal.Wait().ShouldBe(3);
        terminal.Screen.ShouldContain("PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions");
    }

    [Fact]
    public async Task A_kill_at_any_moment_leaves_a_whole_credentials_file()
    {
        using var server = await PublishedServer.Start();
        await server.Holdfast("correct horse battery\n", "user", "add", "ann", "--email", "ann@example.com", "--password-stdin");
        var token = (await server.Holdfast("", "token", "add", "--user", "ann")).Out.Trim();
        var variables = new Dictionary<string, string> { ["PULUMI_HOME"] = _home.FullName, ["PULUMI_ACCESS_TOKEN"] = token };
        (await Published.Run(Published.Pulumi, variables, "", "login", server.Url)).Exit.ShouldBe(0);
        var file = Path.Combine(_home.FullName, "credentials.json");
        var clock = Stopwatch.StartNew();
        (await Published.Run(Published.Pulumi, variables, "", "login", server.Url)).Exit.ShouldBe(0);
        var whole = (int)clock.Elapsed.TotalMicroseconds;

        var killed = 0;
        for (var i = 0; i < 200; i++)
        {
            using var login = Published.Start(Published.Pulumi, variables, "login", i % 2 == 0 ? server.Url : "file://~");
            await Task.Delay(TimeSpan.FromMicroseconds(whole * (i % 40) / 40.0));
            login.Kill();
            await login.WaitForExitAsync();
            killed += login.ExitCode == 0 ? 0 : 1;
            JsonNode.Parse(await File.ReadAllTextAsync(file))!["accounts"]![server.Url]!["accessToken"]!.GetValue<string>().ShouldBe(token);
        }

        killed.ShouldBeGreaterThan(20, "most of the kills came too late to prove anything");
        variables.Remove("PULUMI_ACCESS_TOKEN");
        (await Published.Run(Published.Pulumi, variables, "", "login", server.Url)).Exit.ShouldBe(0);
        Directory.EnumerateFiles(_home.FullName, "*.tmp").ShouldBeEmpty();
    }

    private PtyProcess Terminal(Dictionary<string, string> variables, params string[] arguments)
    {
        var environment = Published.Base.Concat(variables).ToDictionary();
        environment["PULUMI_HOME"] = _home.FullName;
        environment["TERM"] = "xterm-256color";
        return PtyProcess.Start(Published.Pulumi, arguments, environment);
    }
}
