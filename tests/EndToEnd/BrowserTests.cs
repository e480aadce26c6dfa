using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using Support;

namespace EndToEnd;

/// <summary>The whole browser login, in Chromium, with the published programs.</summary>
public sealed class BrowserTests : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("holdfast-home-");
    private ConsoleBrowser _console = null!;

    public async ValueTask InitializeAsync() => _console = await ConsoleBrowser.Start();

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        _home.Delete(recursive: true);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private PublishedServer Server => _console.Server;
    private IPage Page => _console.Page;

    [Fact]
    public async Task Sign_up_consent_welcome_whoami_and_logout()
    {
        using var login = Pulumi("login", Server.Url);
        login.Expect("log in using your browser");
        login.Type("\n");
        login.Expect("Waiting for login to complete...");
        var page = login.Screen.Split('\n').First(line => line.Contains("/oauth/authorize?", StringComparison.Ordinal)).Trim();

        await Page.GotoAsync(page);
        Page.Url.ShouldContain("/signup?returnUrl=");
        await _console.SignUp();
        (await Page.TextContentAsync("h1")).ShouldBe("Authorize a command line?");
        login.Screen.ShouldContain($"\"{await Page.TextContentAsync(".phrase")}\"");
        await _console.Click(AriaRole.Button, "Authorize");
        await Page.WaitForURLAsync("**/welcome/cli");

        (await Page.TextContentAsync("[role=status]"))!.ShouldContain($"ann is logged in to {Server.Url}");
        await _console.Inspect("welcome-from-cli");
        login.Wait().ShouldBe(0);
        login.Screen.ShouldContain($"Logged in to {Server.Url} as ann ({Server.Url}/ann)");
        Run("whoami").ShouldBe((0, "ann\r\n"));
        await _console.Open("/user/settings/devices");
        (await Page.TextContentAsync("tbody"))!.ShouldContain("pulumi login");
        await _console.Inspect("command-lines");
        Run("logout").ShouldBe((0, $"{Server.Url} has ended this login.\r\nLogged out of {Server.Url}\r\n"));
        await Page.ReloadAsync();
        (await Page.TextContentAsync(".empty"))!.ShouldStartWith("No command line is logged in.");
        _console.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_no_browser_opens_a_code_typed_elsewhere_logs_in_until_the_console_ends_it()
    {
        using var login = Pulumi("login", Server.Url, "--device");
        login.Expect("Waiting for login to complete...");
        var code = login.Screen.Split("enter the code ")[1][..9];

        await _console.Open("/device");
        await _console.SignUp();
        await _console.Inspect("device-code");
        await Page.FillAsync("[name=user_code]", code.ToLowerInvariant());
        await _console.Click(AriaRole.Button, "Continue");
        (await Page.TextContentAsync(".phrase")).ShouldBe(code);
        await _console.Inspect("device-consent");
        await _console.Click(AriaRole.Button, "Authorize");
        (await Page.TextContentAsync("h1")).ShouldBe("The device is logged in");
        login.Wait().ShouldBe(0);
        login.Screen.ShouldContain($"Logged in to {Server.Url} as ann ({Server.Url}/ann)");

        await _console.Open("/user/settings/devices");
        await Page.Locator("tbody button").ClickAsync();
        (await Page.TextContentAsync(".empty"))!.ShouldStartWith("No command line is logged in.");
        Run("stack", "ls", "--all", "--non-interactive").Exit.ShouldBe(3);
        _console.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Twenty_processes_whose_access_token_has_expired_refresh_it_once()
    {
        using var login = Pulumi("login", Server.Url, "--device");
        login.Expect("Waiting for login to complete...");
        await _console.Open($"/device?user_code={login.Screen.Split("enter the code ")[1][..9]}");
        await _console.SignUp();
        await _console.Click(AriaRole.Button, "Authorize");
        login.Wait().ShouldBe(0);
        var file = Path.Combine(_home.FullName, "credentials.json");
        var credentials = JsonNode.Parse(await File.ReadAllTextAsync(file, Ct))!;
        credentials["accounts"]![Server.Url]!["tokenInformation"]!["expiresAt"] = "2026-01-01T00:00:00Z";
        await File.WriteAllTextAsync(file, credentials.ToJsonString(), Ct);

        var runs = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ => Published.Run(Published.Pulumi, Variables(), "", "stack", "ls", "--all", "--json", "--non-interactive"))
        );

        runs.ShouldAllBe(run => run.Exit == 0 && run.Out.Trim() == "[]" && run.Error == "");
        using var database = new SqliteConnection($"Data Source={Path.Combine(Server.Data, "holdfast.db")};Pooling=False");
        await database.OpenAsync(Ct);
        using var tokens = new SqliteCommand("SELECT COUNT(*) FROM oauth_refresh_tokens", database);
        (await tokens.ExecuteScalarAsync(Ct)).ShouldBe(2L, "that of the login, and one more");
    }

    [Fact]
    public async Task When_the_command_cannot_be_reached_the_page_offers_a_token_to_paste_once()
    {
        await _console.Open($"/cli-login?cliSessionPort={TestServer.FreePort()}&cliSessionNonce=abc&cliSessionDescription=elsewhere");
        await _console.SignUp();

        await _console.Click(AriaRole.Button, "Authorize");
        await Page.GetByText("This browser cannot reach the command").WaitForAsync();
        await _console.Click(AriaRole.Button, "Show a token to paste");
        var token = await Page.TextContentAsync("#token-value");
        await Page.ReloadAsync();

        token!.ShouldMatch("^pul-[0-9a-f]{40}$");
        (await Page.TextContentAsync("h1")).ShouldBe("Nothing to show");
    }

    [Fact]
    public async Task A_token_is_made_shown_once_copied_and_deleted()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"], new() { Origin = Server.Url });
        await _console.Open("/signup");
        await _console.SignUp();
        await _console.Open("/account/tokens");
        await _console.Click(AriaRole.Link, "Create token");
        await Page.FillAsync("[name='Form.Description']", "laptop");
        await Page.SelectOptionAsync("[name='Form.Days']", "30");
        await _console.Click(AriaRole.Button, "Create token");
        var token = await Page.TextContentAsync("#token-value");
        await _console.Click(AriaRole.Button, "Copy");
        await Page.GetByText("Copied").WaitForAsync();
        (await Page.EvaluateAsync<string>("navigator.clipboard.readText()")).ShouldBe(token);

        await Page.ReloadAsync();
        (await Page.QuerySelectorAsync("#token-value")).ShouldBeNull();
        await _console.Click(AriaRole.Link, "Delete laptop");
        await _console.Click(AriaRole.Button, "Delete token");

        (await Page.TextContentAsync(".empty"))!.ShouldStartWith("No active tokens.");
        _console.Errors.ShouldBeEmpty();
    }

    private (int Exit, string Screen) Run(params string[] arguments)
    {
        using var process = Pulumi(arguments);
        return (process.Wait(), process.Screen);
    }

    private PtyProcess Pulumi(params string[] arguments) => PtyProcess.Start(Published.Pulumi, arguments, Variables());

    private Dictionary<string, string> Variables()
    {
        var environment = Published.Base.ToDictionary();
        environment["PULUMI_HOME"] = _home.FullName;
        environment["PULUMI_CONSOLE_DOMAIN"] = Server.Console;
        environment["TERM"] = "xterm";
        environment["BROWSER"] = "false"; // none opens, so the address is shown; without it the command would choose a device code
        return environment;
    }
}
