using Cli.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Cli.Tests.Api;

/// <summary>What is sent to a server, and what its answers mean to a person.</summary>
public sealed class ServerAnswerTests : IAsyncLifetime
{
    private const string Using = "Logging in using access token from PULUMI_ACCESS_TOKEN\n";

    private readonly TestMachine _machine = new() { Variables = { ["PULUMI_ACCESS_TOKEN"] = "good" } };
    private FakeCloud _cloud = null!;

    public async ValueTask InitializeAsync() => _cloud = await FakeCloud.Start();

    public ValueTask DisposeAsync()
    {
        _machine.Dispose();
        return _cloud.DisposeAsync();
    }

    [Fact]
    public async Task A_request_has_the_headers_of_the_stock_client()
    {
        await _machine.Run("login", _cloud.Url);

        var headers = _cloud.Requests.Single().Headers;
        headers["Authorization"].ShouldBe("token good");
        headers["Accept"].ShouldBe("application/vnd.pulumi+9");
        headers["Accept-Encoding"].ShouldBe("gzip");
        headers["Content-Type"].ShouldBe("application/json");
        headers["User-Agent"].ShouldBe($"pulumi-cli/1 ({Versions.Current}; linux; cmd=login)");
        headers.Keys.ShouldNotContain("traceparent");
    }

    [Fact]
    public async Task The_servers_warnings_are_shown()
    {
        _cloud.AnswerAlways(200, FakeCloud.Alice, ("X-Pulumi-Warning", "one"), ("X-Pulumi-Warning", "two"));

        (await _machine.Run("login", _cloud.Url)).Error.ShouldBe($"{Using}warning: one\nwarning: two\n");
    }

    [Theory]
    [InlineData(400, 1, "[400] no\n")]
    [InlineData(403, 3, "[403] no\n")]
    [InlineData(404, 1, "[404] no\n")]
    [InlineData(429, 1, "pulumi service: request rate-limit exceeded\n")]
    [InlineData(503, 1, "[503] no (Request ID: r-1)\n")]
    public async Task A_refusal_is_told_in_the_words_people_search_for(int status, int exit, string message)
    {
        _cloud.AnswerAlways(status, $$"""{"code":{{status}},"message":"no"}""", ("X-Pulumi-Request-ID", "r-1"));

        var result = await _machine.Run("login", _cloud.Url);

        result.Exit.ShouldBe(exit);
        result.Error.ShouldEndWith($"\"{_cloud.Url}\": {message}");
    }

    [Fact]
    public async Task A_refusal_that_is_not_json_is_its_own_message()
    {
        _cloud.AnswerAlways(502, "  Bad Gateway\n");

        (await _machine.Run("login", _cloud.Url)).Error.ShouldEndWith("[502] Bad Gateway\n");
    }

    [Fact]
    public async Task Retry_after_is_obeyed_up_to_half_a_minute()
    {
        _cloud.AnswerAlways(429, "", ("Retry-After", "500"));

        await _machine.Run("login", _cloud.Url);

        _machine.Waits.ShouldBe([TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(32), TimeSpan.FromSeconds(34)]);
    }

    [Fact]
    public async Task Single_sign_on_shows_its_link_at_login_too()
    {
        _machine.PulumiCloud = _cloud.Url;
        _cloud.AnswerAlways(
            401,
            """{"code":401,"message":"no","errors":[{"resource":"x","errorType":"saml_reauth_required","attribute":"acme"}]}"""
        );

        (await _machine.Run("login")).ShouldBe(
            new(
                3,
                "",
                Using
                    + "error: could not log in to the Pulumi Cloud: SAML SSO authentication is required. Log in at:\n\n    https://app.pulumi.com/signin/sso/acme/reauth\n\n"
            )
        );
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_told_as_the_stock_client_does()
    {
        (await _machine.Run("login", "http://nowhere.invalid")).Error.ShouldContain(
            "performing HTTP request: Get \"http://nowhere.invalid/api/user\": dial tcp: lookup nowhere.invalid: no such host"
        );
    }

    [Fact]
    public async Task A_server_that_speaks_no_tls_is_recognized()
    {
        var url = _cloud.Url.Replace("http://", "https://", StringComparison.Ordinal);

        (await _machine.Run("login", url)).Error.ShouldEndWith("http: server gave HTTP response to HTTPS client\n");
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_asked_for_again()
    {
        _cloud.Special = async http =>
        {
            if (_cloud.Requests.Count < 3)
            {
                http.Response.ContentLength = 1000;
                await http.Response.Body.WriteAsync("{"u8.ToArray());
                await http.Response.Body.FlushAsync();
                http.Abort();
            }
            return _cloud.Requests.Count < 3;
        };

        (await _machine.Run("login", _cloud.Url)).Exit.ShouldBe(0);

        _cloud.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_redirect_keeps_the_token_on_its_host()
    {
        _cloud.Special = http => Task.FromResult(RedirectTo(http, "/api/user", "/elsewhere", "/there", "/api/user?arrived"));

        (await _machine.Run("login", _cloud.Url)).Exit.ShouldBe(0);

        _cloud.Requests.Select(r => r.Authorization).ShouldBe(["token good", "token good", "token good", "token good"]);
    }

    [Fact]
    public async Task A_redirect_to_another_host_or_to_plain_http_does_not_get_the_token_and_neither_does_what_follows()
    {
        await using var secure = await FakeCloud.Start(tls: true);
        secure.AnswerAlways(307, "", ("Location", _cloud.Url + "/first"));
        _cloud.Special = http => Task.FromResult(RedirectTo(http, "/first", "/second"));

        (await _machine.Run("login", "--insecure", secure.Url)).Exit.ShouldBe(1);

        secure.Requests.First().Authorization.ShouldBe("token good");
        _cloud.Requests.Select(r => (r.Line, r.Authorization)).ShouldBe([("GET /first", ""), ("GET /second", "")]);
    }

    // From each path to the next; the last one is answered as usual.
    private static bool RedirectTo(HttpContext http, params string[] path)
    {
        var at = Array.IndexOf(path, http.Request.Path + http.Request.QueryString);
        if (at < 0 || at == path.Length - 1)
        {
            return false;
        }
        (http.Response.StatusCode, http.Response.Headers.Location) = (307, path[at + 1]);
        return true;
    }

    [Fact]
    public async Task A_refresh_is_tried_once_since_it_spends_its_token_and_an_exchange_four_times()
    {
        _machine.Variables.Clear();
        _machine.Variables["PULUMI_HOME"] = _machine.Home;
        _machine.Write(
            _machine.CredentialsFile,
            $$"""
            {"accounts":{"{{_cloud.Url}}":{"accessToken":"old","refreshToken":"r1","username":"alice","lastValidatedAt":"2026-08-21T10:00:00Z",
             "tokenInformation":{"name":"","expiresAt":"2026-08-21T10:01:00Z"} } } }
            """
        );
        _cloud.AnswerAlways(500, "no");

        await _machine.Run("login", _cloud.Url);
        _cloud.Lines.ShouldBe(["POST /api/oauth/token"]);

        await _machine.Run("login", _cloud.Url, "--oidc-token", "eyJx", "--oidc-org", "acme");
        _cloud.Lines.Count().ShouldBe(5);
    }

    [Fact]
    public async Task Case_48_a_certificate_that_nobody_vouches_for_is_refused_unless_told_otherwise_and_that_is_remembered()
    {
        await using var cloud = await FakeCloud.Start(tls: true);

        (await _machine.Run("login", cloud.Url)).Error.ShouldContain(
            "tls: failed to verify certificate: x509: certificate signed by unknown authority (if you know who signed it, name them with --ca-file"
        );
        (await _machine.Run("login", "--insecure", cloud.Url)).Exit.ShouldBe(0);
        _machine.Credentials["accounts"]![cloud.Url]!["insecure"]!.GetValue<bool>().ShouldBeTrue();
        _machine.Variables.Remove("PULUMI_ACCESS_TOKEN");
        _machine.Clock.Advance(TimeSpan.FromHours(2)); // so that whoami asks the server
        (await _machine.Run("whoami")).ShouldBe(new(0, "alice\n", ""));

        cloud.Lines.ShouldBe(["GET /api/user", "GET /api/user"]);
    }
}
