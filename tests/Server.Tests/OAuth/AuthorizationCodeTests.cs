using System.Net.Http.Json;
using System.Web;
using Support;
using Wire;

namespace Server.Tests.OAuth;

/// <summary>RFC 6749, 7636, 8252, 8414, 9207 and 9700, as far as they bind us.</summary>
public class AuthorizationCodeTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_command_line_logs_in_without_any_token_in_an_address(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");

        await browser.Open(client.Page());
        browser.Text(".phrase").ShouldBe(PairingPhrase.Of(client.Challenge));
        browser.Page.Body!.TextContent.ShouldContain("build-7");
        await browser.Submit("authorize", ("Choice", "authorize"));
        var left = browser.Left!;
        var query = HttpUtility.ParseQueryString(left.Query);
        var answer = await client.Redeem(query["code"]!);

        left.GetLeftPart(UriPartial.Path).ShouldBe(OAuthClient.Redirect);
        (query["state"], query["iss"]).ShouldBe(("s", server.Url.AbsoluteUri.TrimEnd('/')));
        left.Query.ShouldNotContain("pul-");
        answer.Grant!.AccessToken.ShouldMatch("^pul-[0-9a-f]{40}$");
        (answer.Grant.TokenType, answer.Grant.ExpiresIn).ShouldBe(("token", 3600));
        (await client.Works(answer.Grant.AccessToken)).ShouldBeTrue();
        server.Clock.Advance(TimeSpan.FromMinutes(61));
        (await client.Works(answer.Grant.AccessToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task The_metadata_names_every_endpoint_and_the_issuer_is_the_address_people_log_in_to()
    {
        await using var server = await TestServer.Start();
        using var http = server.Client();

        var metadata = await http.GetFromJsonAsync("/.well-known/oauth-authorization-server", OAuthJson.Default.OAuthMetadata);

        var api = server.Url.AbsoluteUri.TrimEnd('/');
        metadata!.Issuer.ShouldBe(api);
        metadata.CodeChallengeMethodsSupported.ShouldBe(["S256"]);
        metadata.AuthorizationResponseIssParameterSupported.ShouldBeTrue();
        metadata.TokenEndpoint.ShouldBe(api + "/api/oauth/token");
        metadata.GrantTypesSupported.ShouldNotContain("password");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_code_that_comes_twice_revokes_what_it_gave(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var code = await client.Code(browser);
        var first = (await client.Redeem(code)).Grant!;

        (await client.Redeem(code)).ShouldBe(new(400, null, "invalid_grant"));

        (await client.Works(first.AccessToken)).ShouldBeFalse();
        (await client.Refresh(first.RefreshToken)).Error.ShouldBe("invalid_grant");
    }

    [Fact]
    public async Task A_wrong_or_missing_verifier_or_address_is_refused_and_uses_the_code_up()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");

        foreach (var wrong in new[] { new string('a', 43), "", client.Challenge })
        {
            var code = await client.Code(browser);
            (await client.Redeem(code, wrong)).Error.ShouldBe("invalid_grant");
            (await client.Redeem(code)).Error.ShouldBe("invalid_grant");
        }
        (await client.Redeem(await client.Code(browser), redirect: "http://127.0.0.1:41235/callback")).Error.ShouldBe("invalid_grant");
    }

    [Fact]
    public async Task A_code_is_good_for_a_minute()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var code = await client.Code(browser);

        server.Clock.Advance(TimeSpan.FromSeconds(61));

        (await client.Redeem(code)).Error.ShouldBe("invalid_grant");
    }

    [Theory]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    public async Task Plain_challenges_and_implicit_grants_go_back_to_the_command_as_errors(string field, string? value, string error)
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");

        await browser.Open(client.Page((field, value)));

        var query = HttpUtility.ParseQueryString(browser.Left!.Query);
        (query["error"], query["state"], query["code"]).ShouldBe((error, "s", null));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/callback", true)]
    [InlineData("http://127.0.0.1:65535/callback", true)]
    [InlineData("http://[::1]:41234/callback", true)]
    [InlineData("http://localhost:41234/callback", false)]
    [InlineData("http://127.0.0.1:65536/callback", false)]
    [InlineData("http://127.0.0.1/callback", false)]
    [InlineData("http://127.0.0.1:41234/callback/", false)]
    [InlineData("http://127.0.0.1:41234/callback?x=1", false)]
    [InlineData("http://127.0.0.1:41234/callback#x", false)]
    [InlineData("http://127.0.0.1:41234/CALLBACK", false)]
    [InlineData("https://127.0.0.1:41234/callback", false)]
    [InlineData("http://127.0.0.1:41234@evil.example.com/callback", false)]
    [InlineData("http://127.0.0.1.evil.example.com:41234/callback", false)]
    [InlineData("http://127.0.0.2:41234/callback", false)]
    [InlineData("http://127.0.0.1:41234/callback\n", false)]
    public async Task Nothing_is_sent_anywhere_but_to_the_registered_loopback_address_with_any_port(string redirect, bool good)
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");

        await browser.Open(client.Page(("redirect_uri", redirect)));

        ((int)browser.Status, browser.Page.QuerySelector("button[value=authorize]") is not null).ShouldBe((good ? 200 : 400, good));
        browser.Left.ShouldBeNull();
    }

    [Fact]
    public async Task A_denial_reaches_the_command_and_another_client_reaches_nothing()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");

        await browser.Open(client.Page());
        await browser.Submit("authorize", ("Choice", "deny"));
        HttpUtility.ParseQueryString(browser.Left!.Query)["error"].ShouldBe("access_denied");

        await browser.Open(client.Page(("client_id", "other")));
        ((int)browser.Status, browser.Left).ShouldBe((400, null));
        (await client.Post("token", ("grant_type", "authorization_code"), ("client_id", "other"))).Error.ShouldBe("invalid_client");
        (await client.Post("token", ("grant_type", "password"), ("username", "ann"))).Error.ShouldBe("unsupported_grant_type");
        (await client.Post("token")).Error.ShouldBe("invalid_request");
    }

    [Fact]
    public async Task The_consent_page_is_neither_kept_nor_framed_nor_told_to_others()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");

        await browser.Open(client.Page());

        var headers = browser.Response.Headers;
        headers.CacheControl!.NoStore.ShouldBeTrue();
        headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        headers.GetValues("Content-Security-Policy").Single().ShouldContain("form-action 'self' http://127.0.0.1:41234 ");
        headers.GetValues("Content-Security-Policy").Single().ShouldEndWith("frame-ancestors 'none'");
    }

    [Fact]
    public async Task The_welcome_page_names_the_machine_that_logged_in_last()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");

        await client.Redeem(await client.Code(browser));

        await browser.Open("/welcome/cli");
        browser.Text("[role=status]").ShouldContain("on build-7");
    }
}
