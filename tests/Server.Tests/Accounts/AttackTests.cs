using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Support;

namespace Server.Tests.Accounts;

/// <summary>What others may try with somebody's browser, and with the sign-in form. docs/security.md names each.</summary>
public class AttackTests
{
    [Theory]
    [InlineData("/signin", "sign-in")]
    [InlineData("/signup", "sign-up")]
    [InlineData("/signout", "sign-out-menu")]
    [InlineData("/user/settings", "profile")]
    [InlineData("/user/settings/password", "password")]
    [InlineData("/user/settings/sessions", "end-others")]
    [InlineData("/user/settings/tokens?create", "create-token")]
    [InlineData("/cli-login?cliSessionPort=41234&cliSessionNonce=a", "cli-login")]
    public async Task A_form_that_another_site_sends_is_refused(string path, string handler)
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");

        await browser.Post(path, ("_handler", handler), ("Choice", "authorize"), ("Name", "mallory"), ("Password", TestServer.Password));

        browser.Status.ShouldBe(HttpStatusCode.BadRequest);
        browser.Left.ShouldBeNull();
        await browser.Open("/user/settings/tokens");
        browser.Text(".empty").ShouldStartWith("No active tokens.");
    }

    [Fact]
    public async Task A_session_that_was_planted_before_signing_in_is_not_the_one_afterwards()
    {
        await using var server = await TestServer.Start();
        await server.AddAccount("ann");
        await server.AddAccount("mallory");
        using var mallory = new FormBrowser(server);
        await mallory.SignIn("mallory");
        using var victim = new FormBrowser(server);
        victim.Cookies.Add(mallory.Cookies.GetAllCookies());

        await victim.Open("/signout");
        await victim.Submit("sign-out-menu");
        await victim.SignIn("ann");

        await victim.Open("/user/settings");
        victim.Text(".facts dd").ShouldBe("ann");
        await mallory.Open("/user/settings");
        mallory.Path.ShouldStartWith("/signin");
    }

    [Fact]
    public async Task Session_fixation_a_value_of_an_attackers_choice_is_not_the_session_afterwards()
    {
        await using var server = await TestServer.Start();
        await server.AddAccount("ann");
        using var victim = new FormBrowser(server);
        var chosen = new string('a', 64);
        victim.Cookies.Add(server.Url, new Cookie("holdfast", chosen));

        await victim.SignIn("ann");

        victim.Path.ShouldBe("/");
        victim.Cookies.GetCookies(server.Url)["holdfast"]!.Value.ShouldNotBe(chosen);
        using var mallory = new FormBrowser(server);
        mallory.Cookies.Add(server.Url, new Cookie("holdfast", chosen));
        await mallory.Open("/user/settings");
        mallory.Path.ShouldStartWith("/signin");
    }

    [Theory]
    [InlineData("http", "holdfast", false)]
    [InlineData("https", "__Host-holdfast", true)]
    public async Task The_session_is_out_of_reach_for_scripts_other_sites_and_plain_connections(string scheme, string name, bool secure)
    {
        await using var server = await TestServer.Start(change: s =>
            s with
            {
                TrustedProxies = [IPAddress.Loopback, IPAddress.IPv6Loopback],
            }
        );
        using var browser = new FormBrowser(server) { Headers = { ["X-Forwarded-Proto"] = scheme }, FollowsRedirects = false };

        await browser.Open("/signup");
        await browser.Submit("sign-up", ("Login", "ann"), ("Email", "ann@example.com"), ("Password", TestServer.Password));

        var cookie = browser.Response.Headers.GetValues("Set-Cookie").Last(c => c.StartsWith(name + "=", StringComparison.Ordinal));
        var parts = cookie.Split("; ").Skip(1).Select(p => p.ToLowerInvariant()).ToList();
        parts.ShouldContain("httponly");
        parts.ShouldContain("samesite=lax");
        parts.ShouldContain("path=/");
        parts.Contains("secure").ShouldBe(secure);
        browser.Cookies.GetAllCookies().Select(c => c.Name).ShouldContain(secure ? "__Host-holdfast-form" : "holdfast-form");
        browser.Response.Headers.Contains("Strict-Transport-Security").ShouldBe(secure);
    }

    [
        Theory,
        InlineData("https://evil.example.com/"),
        InlineData("//evil.example.com/"),
        InlineData("/\t/evil.example.com"),
        InlineData("javascript:alert(1)")
    ]
    public async Task Whoever_is_signed_in_already_is_not_led_off_the_site_either(string target)
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");

        await browser.Open("/signin?returnUrl=" + Uri.EscapeDataString(target));

        browser.Left.ShouldBeNull();
        browser.Path.ShouldBe("/");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_lock_opens_by_itself(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);
        for (var i = 0; i < 5; i++)
        {
            await browser.SignIn("ann", "wrong password");
        }
        await browser.SignIn("ann");
        browser.Path.ShouldBe("/signin");

        // Identity goes by the real clock, so the end of the lock is moved instead.
        var moved = await server
            .Services.GetRequiredService<Database>()
            .Execute($"UPDATE accounts SET locked_until_ms = {1L} WHERE locked_until_ms > 0", CancellationToken.None);
        await browser.SignIn("ann");

        moved.ShouldBe(1);
        browser.Path.ShouldBe("/");
    }

    [Fact]
    public async Task Accounts_cannot_be_made_by_the_hundred()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        for (var i = 0; i < 60; i++)
        {
            await browser.SignUp("-"); // refused ones count, too: each tells whether a name is taken
        }

        await browser.SignUp("ann");

        browser.Status.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Closed_sign_up_is_closed_to_those_who_know_the_form_too()
    {
        await using var server = await TestServer.Start(change: s => s with { SignUpOpen = false });
        using var browser = new FormBrowser(server);
        await browser.Open("/signin");
        var field = browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;

        await browser.Post(
            "/signup",
            ("_handler", "sign-up"),
            ("__RequestVerificationToken", field),
            ("Login", "mallory"),
            ("Email", "m@example.com"),
            ("Password", TestServer.Password)
        );
        browser.Status.ShouldBeOneOf(HttpStatusCode.BadRequest, HttpStatusCode.Forbidden);
        await browser.SignIn("mallory");

        browser.Path.ShouldBe("/signin");
    }

    [
        Theory,
        InlineData("/signin"),
        InlineData("/signup"),
        InlineData("/"),
        InlineData("/no/such/page"),
        InlineData("/cli-login"),
        InlineData("/api/user")
    ]
    public async Task No_page_can_be_framed_cached_or_told_to_others(string path)
    {
        await using var server = await TestServer.Start();
        using var client = server.Client();

        var headers = (await client.GetAsync(path)).Headers;

        headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        headers.GetValues("Content-Security-Policy").Single().ShouldEndWith("frame-ancestors 'none'");
        headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        headers.CacheControl!.NoStore.ShouldBeTrue();
    }
}
