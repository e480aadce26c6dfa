using Microsoft.Playwright;
using Support;

namespace EndToEnd;

/// <summary>Passkeys in Chromium with a virtual authenticator (the WebAuthn domain of its DevTools protocol).</summary>
public sealed class PasskeyTests : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("holdfast-home-");
    private ConsoleBrowser _console = null!;

    public async ValueTask InitializeAsync()
    {
        _console = await ConsoleBrowser.Start();
        var devTools = await Page.Context.NewCDPSessionAsync(Page);
        await devTools.SendAsync("WebAuthn.enable");
        var options = new Dictionary<string, object>
        {
            ["protocol"] = "ctap2",
            ["transport"] = "internal",
            ["hasResidentKey"] = true,
            ["hasUserVerification"] = true,
            ["isUserVerified"] = true,
            ["automaticPresenceSimulation"] = true,
        };
        await devTools.SendAsync("WebAuthn.addVirtualAuthenticator", new() { ["options"] = options });
    }

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        _home.Delete(recursive: true);
    }

    private IPage Page => _console.Page;

    [Fact]
    public async Task A_passkey_signs_in_without_a_name_and_its_answer_works_once()
    {
        await SignUpWithPasskey();
        await _console.Inspect("factors-passkey");

        await SignOut();
        IRequest? answer = null;
        Page.Request += (_, request) =>
        {
            if (request.Method == "POST" && request.PostData?.Contains("sign-in-passkey", StringComparison.Ordinal) == true)
            {
                answer = request;
            }
        };
        var cookies = await Page.Context.CookiesAsync();
        await _console.Click(AriaRole.Button, "Sign in with a passkey");
        await Page.GetByText("Welcome, ann").WaitForAsync();
        (await Page.TextContentAsync("h1")).ShouldBe("Welcome, ann");
        await _console.Open("/user/settings/factors");
        (await Page.TextContentAsync("tbody"))!.ShouldNotContain("never");

        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        var replay = new HttpRequestMessage(HttpMethod.Post, answer!.Url)
        {
            Content = new StringContent(answer.PostData!, null, "application/x-www-form-urlencoded"),
        };
        replay.Headers.Add("Cookie", string.Join("; ", cookies.Select(c => $"{c.Name}={c.Value}")));
        var replayed = await client.SendAsync(replay);

        ((int)replayed.StatusCode).ShouldBe(422);
        replayed.Headers.TryGetValues("Set-Cookie", out var set);
        (set ?? []).ShouldAllBe(c => !c.StartsWith("holdfast=", StringComparison.Ordinal));
        _console.Errors.Where(e => !e.Contains("422", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_passkey_is_the_second_step_after_a_password()
    {
        await SignUpWithPasskey();
        await SignOut();

        await Page.FillAsync("[name=Name]", "ann");
        await Page.FillAsync("[name=Password]", TestServer.Password);
        await _console.Click(AriaRole.Button, "Sign in");
        (await Page.TextContentAsync("h1")).ShouldBe("Second step");
        await _console.Inspect("factor-step");
        await _console.Click(AriaRole.Button, "Use a passkey");
        await Page.WaitForURLAsync(_console.Server.Url + "/");

        (await Page.TextContentAsync("h1")).ShouldBe("Welcome, ann");
    }

    [Fact]
    public async Task A_command_line_is_logged_in_by_a_passkey()
    {
        await SignUpWithPasskey();
        await SignOut();
        using var login = Pulumi("login", _console.Server.Url);
        login.Expect("log in using your browser");
        login.Type("\n");
        login.Expect("Waiting for login to complete...");
        var address = login.Screen.Split('\n').First(line => line.Contains("/oauth/authorize?", StringComparison.Ordinal)).Trim();

        await Page.GotoAsync(address);
        if (Page.Url.Contains("/signup", StringComparison.Ordinal))
        {
            await _console.Click(AriaRole.Link, "Sign in");
        }
        await _console.Click(AriaRole.Button, "Sign in with a passkey");
        await Page.GetByText("Authorize a command line?").WaitForAsync();
        await _console.Click(AriaRole.Button, "Authorize");
        await Page.WaitForURLAsync("**/welcome/cli");

        login.Wait().ShouldBe(0);
        login.Screen.ShouldContain($"Logged in to {_console.Server.Url} as ann");
    }

    private async Task SignUpWithPasskey()
    {
        await _console.Open("/signup");
        await _console.SignUp();
        await _console.Open("/user/settings/factors");
        await Page.FillAsync("[name=PasskeyName]", "Laptop");
        await _console.Click(AriaRole.Button, "Add a passkey");
        await Page.Locator("#recovery-codes").WaitForAsync();
    }

    private async Task SignOut()
    {
        await _console.Open("/signout");
        await _console.Click(AriaRole.Button, "Sign out");
        await Page.WaitForURLAsync("**/signin");
    }

    private PtyProcess Pulumi(params string[] arguments)
    {
        var environment = Published.Base.ToDictionary();
        environment["PULUMI_HOME"] = _home.FullName;
        environment["PULUMI_CONSOLE_DOMAIN"] = _console.Server.Console;
        environment["TERM"] = "xterm";
        environment["BROWSER"] = "false";
        return PtyProcess.Start(Published.Pulumi, arguments, environment);
    }
}
