using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using Cli.Tests.Support;
using Wire;

namespace Cli.Tests.Auth;

public sealed class OAuthLoginTests : IAsyncLifetime
{
    private readonly TestMachine _machine = new() { Interactive = true };
    private FakeCloud _cloud = null!;
    private FakeOAuth _oauth = null!;

    public async ValueTask InitializeAsync()
    {
        _cloud = await FakeCloud.Start();
        _oauth = new(_cloud);
        _machine.Variables["PULUMI_CONSOLE_DOMAIN"] = new Uri(_cloud.Url).Authority;
    }

    public ValueTask DisposeAsync()
    {
        _machine.Dispose();
        return _cloud.DisposeAsync();
    }

    [Fact]
    public async Task The_browser_brings_a_code_that_only_this_command_can_use()
    {
        _machine.Typed.Enqueue("");
        _oauth.Grants.Enqueue(FakeOAuth.Good);
        Uri? page = null;
        Task<HttpStatusCode[]>? visits = null;
        _machine.Browser = url =>
        {
            page = url;
            var asked = HttpUtility.ParseQueryString(url.Query);
            var (back, state, iss) = (asked["redirect_uri"]!, asked["state"]!, Uri.EscapeDataString(_cloud.Url));
            visits = Visit(
                $"{back}?code=c&state=wrong&iss={iss}",
                $"{back}?code=c&state={state}&iss=https%3A%2F%2Fother.example.com",
                $"{back}?code=c&state={state}",
                $"{back.Replace("/callback", "/", StringComparison.Ordinal)}?code=c&state={state}&iss={iss}",
                $"{back}?code=c&state={state}&iss={iss}"
            );
            return Task.FromResult(true);
        };

        var result = await _machine.Run("login", _cloud.Url);

        (await visits!).ShouldBe([
            HttpStatusCode.BadRequest,
            HttpStatusCode.BadRequest,
            HttpStatusCode.BadRequest,
            HttpStatusCode.BadRequest,
            HttpStatusCode.TemporaryRedirect,
        ]);
        var query = HttpUtility.ParseQueryString(page!.Query);
        var form = _oauth.Forms.Single();
        (query["code_challenge_method"], query["redirect_uri"]!.StartsWith("http://127.0.0.1:", StringComparison.Ordinal)).ShouldBe(
            ("S256", true)
        );
        form["code_verifier"]!.Length.ShouldBe(43);
        Convert
            .ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]!)))
            .TrimEnd('=')
            .Replace('+', '-')
            .Replace('/', '_')
            .ShouldBe(query["code_challenge"]);
        (form["code"], form["redirect_uri"], form["client_id"]).ShouldBe(("c", query["redirect_uri"], "pulumi-cli"));
        result.Out.ShouldContain($"\"{PairingPhrase.Of(query["code_challenge"]!)}\"");
        result.Out.ShouldEndWith($"Logged in to {_cloud.Url} as alice ({_cloud.Url}/alice)\n");
        var account = _machine.Credentials["accounts"]![_cloud.Url]!;
        account["refreshToken"]!.GetValue<string>().ShouldBe("pulr-1");
        account["tokenInformation"]!["expiresAt"]!.GetValue<string>().ShouldBe("2026-08-21T11:15:30Z");
    }

    [Fact]
    public async Task A_denial_in_the_browser_ends_the_command()
    {
        _machine.Typed.Enqueue("");
        _machine.Browser = url =>
        {
            var asked = HttpUtility.ParseQueryString(url.Query);
            _ = Visit($"{asked["redirect_uri"]}?error=access_denied&state={asked["state"]}&iss={Uri.EscapeDataString(_cloud.Url)}");
            return Task.FromResult(true);
        };

        var result = await _machine.Run("login", _cloud.Url);

        (result.Exit, result.Error).ShouldBe(
            (3, $"error: could not log in to the state backend \"{_cloud.Url}\": the login was denied in the browser\n")
        );
        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_gives_itself_for_another_is_logged_in_to_as_the_stock_cli_does()
    {
        _oauth.Issuer = "https://other.example.com";
        _machine.Typed.Enqueue("");
        using var leave = new CancellationTokenSource();
        Uri? page = null;
        _machine.Browser = url =>
        {
            page = url;
            leave.CancelAfter(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(true);
        };

        await _machine.Run(leave.Token, "login", _cloud.Url);

        page!.AbsolutePath.ShouldBe("/cli-login");
    }

    [Fact]
    public async Task A_device_code_is_shown_and_polled_for_at_the_servers_pace()
    {
        _machine.Interactive = false;
        foreach (var answer in new[] { "authorization_pending", "slow_down", "authorization_pending", FakeOAuth.Good })
        {
            _oauth.Grants.Enqueue(answer);
        }

        var result = await _machine.Run("login", _cloud.Url, "--device");

        result.Out.ShouldBe(
            $"""
            To log in, open this page in a browser on any device:

                {_cloud.Url}/device

            and enter the code BCDF-GHJK

            Waiting for login to complete...
            Logged in to {_cloud.Url} as alice ({_cloud.Url}/alice)

            """
        );
        (result.Exit, result.Error).ShouldBe((0, ""));
        _machine.Waits.Select(w => w.TotalSeconds).ShouldBe([5, 5, 10, 10]);
        _oauth.Forms.Last()["device_code"].ShouldBe("dev");
    }

    [Theory]
    [InlineData("access_denied", "the login was denied in the browser")]
    [InlineData("expired_token", "nobody entered the code in time; run `pulumi login --device` again")]
    public async Task A_denied_and_an_expired_device_code_say_so(string error, string text)
    {
        _machine.Interactive = false;
        _oauth.Grants.Enqueue(error);

        var result = await _machine.Run("login", _cloud.Url, "--device");

        (result.Exit, result.Error).ShouldBe((3, $"error: could not log in to the state backend \"{_cloud.Url}\": {text}\n"));
    }

    [Fact]
    public async Task Where_no_browser_can_open_enter_chooses_the_device_code_and_draws_it()
    {
        _machine.HasBrowser = false;
        _machine.Typed.Enqueue("");
        _oauth.Grants.Enqueue(FakeOAuth.Good);

        var result = await _machine.Run("login", _cloud.Url);

        result.Out.ShouldContain("and enter the code BCDF-GHJK");
        result.Out.ShouldContain("██ ▄▄▄▄▄ █");
        result.Out.ShouldEndWith($"Logged in to {_cloud.Url} as alice ({_cloud.Url}/alice)\n");
    }

    [Fact]
    public async Task A_server_without_device_codes_says_what_to_do_instead()
    {
        _cloud.Special = null;

        var result = await _machine.Run("login", _cloud.Url, "--device");

        result.Error.ShouldContain($"offers no login with a device code, or cannot be reached. Make an access token");
    }

    [Fact]
    public async Task Logging_out_ends_the_login_at_the_server_first()
    {
        Stored();

        (await _machine.Run("logout")).ShouldBe(new(0, $"Logged out of {_cloud.Url}\n", $"{_cloud.Url} has ended this login.\n"));

        HttpUtility.ParseQueryString(_cloud.Requests.Last().Body)["token"].ShouldBe("pulr-0");
        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Logging_out_while_the_server_is_away_forgets_the_login_and_says_that_it_lives_on(bool all)
    {
        Stored();
        await _cloud.DisposeAsync();

        var result = await (all ? _machine.Run("logout", "--all") : _machine.Run("logout"));

        (result.Exit, result.Out).ShouldBe((0, all ? "Logged out of everything\n" : $"Logged out of {_cloud.Url}\n"));
        result.Error.ShouldStartWith(
            $"warning: {_cloud.Url} was not told of this logout, so whoever has a copy of the credentials can still use them ("
        );
        result.Error.ShouldContain("connection refused");
        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Fact]
    public async Task Twenty_commands_at_once_refresh_once()
    {
        Stored();
        _oauth.Grants.Enqueue(FakeOAuth.Good);

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _machine.Run("whoami"))));

        results.ShouldAllBe(r => r.Exit == 0 && r.Out == "alice\n");
        _oauth.Forms.Count().ShouldBe(1);
        _machine.Credentials["accounts"]![_cloud.Url]!["refreshToken"]!.GetValue<string>().ShouldBe("pulr-1");
    }

    /// <summary>A login whose access token has expired.</summary>
    private void Stored() =>
        _machine.Write(
            _machine.CredentialsFile,
            $$"""{"current":"{{_cloud.Url}}","accounts":{"{{_cloud.Url}}":{"accessToken":"old","refreshToken":"pulr-0","username":"alice","lastValidatedAt":"2026-08-21T08:00:00Z","tokenInformation":{"name":"","expiresAt":"2026-08-21T09:00:00Z"} } } }"""
        );

    private static async Task<HttpStatusCode[]> Visit(params string[] addresses)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var answers = new List<HttpStatusCode>();
        foreach (var address in addresses)
        {
            using var answer = await browser.GetAsync(new Uri(address));
            answers.Add(answer.StatusCode);
        }
        return [.. answers];
    }
}
