using System.Text.Json.Nodes;
using Support;

namespace Server.Tests.OAuth;

/// <summary>RFC 8628.</summary>
public class DeviceTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_device_logs_in_once_its_code_was_typed_and_approved(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var device = await client.Device();
        device.UserCode.ShouldMatch("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$");
        (device.ExpiresIn, device.Interval).ShouldBe((600, 5));
        (await client.Poll(device)).ShouldBe(new(400, null, "authorization_pending"));

        await browser.Open("/device?user_code=" + device.UserCode.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant());
        browser.Text(".phrase").ShouldBe(device.UserCode);
        browser.Text("dl").ShouldContain("127.0.0.1");
        browser.Page.Body!.TextContent.ShouldContain("build-7");
        server.Clock.Advance(TimeSpan.FromSeconds(5));
        (await client.Poll(device)).Error.ShouldBe("authorization_pending");
        await browser.Submit("device", ("Choice", "authorize"));
        var grant = (await client.Poll(device)).Grant!;

        browser.Text("h1").ShouldBe("The device is logged in");
        (await client.Works(grant.AccessToken)).ShouldBeTrue();
        (await client.Poll(device)).Error.ShouldBe("invalid_grant");
        (await client.Refresh(grant.RefreshToken)).Grant.ShouldNotBeNull();
    }

    [Fact]
    public async Task Opening_the_complete_address_shows_the_code_and_decides_nothing()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var device = await client.Device();

        await browser.Open(new Uri(device.VerificationUriComplete).PathAndQuery);

        browser.Text(".phrase").ShouldBe(device.UserCode);
        (await client.Poll(device)).Error.ShouldBe("authorization_pending");
    }

    [Fact]
    public async Task Polling_too_often_is_told_to_slow_down_and_the_interval_grows()
    {
        await using var server = await TestServer.Start();
        using var client = new OAuthClient(server);
        var device = await client.Device();

        await client.Poll(device);
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        (await client.Poll(device)).Error.ShouldBe("slow_down");
        server.Clock.Advance(TimeSpan.FromSeconds(5));
        (await client.Poll(device)).Error.ShouldBe("slow_down");
        server.Clock.Advance(TimeSpan.FromSeconds(15));
        (await client.Poll(device)).Error.ShouldBe("authorization_pending");
    }

    [Fact]
    public async Task A_denied_and_an_expired_code_are_told_apart()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var (denied, expired) = (await client.Device(), await client.Device());

        await browser.Open("/device?user_code=" + denied.UserCode);
        await browser.Submit("device", ("Choice", "deny"));
        (await client.Poll(denied)).Error.ShouldBe("access_denied");
        server.Clock.Advance(TimeSpan.FromMinutes(11));
        (await client.Poll(expired)).Error.ShouldBe("expired_token");

        await browser.Open("/device?user_code=" + expired.UserCode);
        ((int)browser.Status, browser.Page.QuerySelector("button[value=authorize]")).ShouldBe((422, null));
    }

    [Fact]
    public async Task A_code_takes_one_decision_only()
    {
        await using var server = await TestServer.Start();
        using var ann = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await ann.SignUp("ann");
        var device = await client.Device();
        await ann.Open("/device?user_code=" + device.UserCode);
        var page = ann.Page;
        await ann.Submit("device", ("Choice", "deny"));
        await ann.Open("/device?user_code=" + device.UserCode);

        page.QuerySelector("button[value=authorize]").ShouldNotBeNull();
        ann.Page.QuerySelector("button[value=authorize]").ShouldBeNull();
        (await client.Poll(device)).Error.ShouldBe("access_denied");
    }

    [Fact]
    public async Task Guessing_codes_is_stopped_after_ten_and_starting_logins_after_sixty()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var device = await client.Device();

        for (var i = 0; i < 10; i++)
        {
            await browser.Open("/device?user_code=BBBB-BBBB");
        }
        await browser.Open("/device?user_code=" + device.UserCode);
        ((int)browser.Status, browser.Page.QuerySelector("button[value=authorize]")).ShouldBe((429, null));

        for (var i = 0; i < 59; i++)
        {
            await client.Device();
        }
        (await client.Post("device", ("client_id", "pulumi-cli"))).ShouldBe(new(429, null, "slow_down"));
        (await client.Post("device", ("client_id", "other"))).Error.ShouldBe("invalid_client");
    }

    [Fact]
    public async Task A_service_can_do_without_codes()
    {
        await using var server = await TestServer.Start(Engine.Sqlite, s => s with { DeviceLogin = false });
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        using var stranger = server.Client();
        await browser.SignUp("ann");

        var metadata = JsonNode.Parse(await stranger.GetStringAsync("/.well-known/oauth-authorization-server"))!;
        metadata["device_authorization_endpoint"].ShouldBeNull();
        metadata["grant_types_supported"]!.ToJsonString().ShouldNotContain("device_code");
        var started = await stranger.PostAsync(
            "/api/oauth/device",
            new FormUrlEncodedContent(new Dictionary<string, string> { ["client_id"] = "pulumi-cli" })
        );
        JsonNode.Parse(await started.Content.ReadAsStringAsync())!["error"]!.GetValue<string>().ShouldBe("unauthorized_client");
        await browser.Open("/device");
        browser.Page.QuerySelector("form[method=get]").ShouldBeNull();
        browser.Page.Body!.TextContent.ShouldContain("switched off");
        (await client.Redeem(await client.Code(browser))).Grant.ShouldNotBeNull();
    }
}
