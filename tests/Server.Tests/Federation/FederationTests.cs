using System.Collections;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Server.Federation;
using Server.Settings;
using Support;

namespace Server.Tests.Federation;

/// <summary>Signing in with a real provider over HTTP, and what others may try on the way.</summary>
public sealed class FederationTests : IAsyncLifetime
{
    private LocalIdentityProvider _provider = null!;
    private LocalIdentityProvider _other = null!;

    public async ValueTask InitializeAsync() =>
        (_provider, _other) = (await LocalIdentityProvider.Start(), await LocalIdentityProvider.Start());

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Theory, InlineData(Engine.Sqlite, "keycloak"), InlineData(Engine.PostgreSql, "keycloak"), InlineData(Engine.Sqlite, "github")]
    public async Task Whoever_the_provider_knows_gets_an_account_and_comes_back_to_it(Engine engine, string name)
    {
        await using var server = await Start(engine);
        using var browser = new FormBrowser(server);

        await SignIn(browser, name, "?returnUrl=%2Fuser%2Fsettings");
        browser.Path.ShouldBe("/user/settings");
        browser.Text(".facts dd").ShouldBe("ann");
        browser.Text(".facts .tag").ShouldBe("verified");
        using var again = new FormBrowser(server);
        _provider.Person["email"] = "ann@new.example.com";
        await SignIn(again, name);
        again.Path.ShouldBe("/");
        await again.Open("/user/settings");

        again.Text(".facts").ShouldContain("ann@example.com");
    }

    [Fact]
    public async Task The_sign_in_page_has_a_button_for_each_provider_and_no_password_where_that_is_switched_off()
    {
        await using var server = await Start(change: s => s with { PasswordSignIn = false });
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);

        await browser.Open("/signin");
        browser
            .Page.QuerySelectorAll("a[href^='/signin/with/']")
            .Select(a => a.TextContent.Trim())
            .ShouldBe(["Sign in with Keycloak", "Sign in with other", "Sign in with GitHub"]);
        browser.Page.QuerySelector("input[name=Password]").ShouldBeNull();
        var field = browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        await browser.Post(
            "/signin",
            ("_handler", "sign-in"),
            ("__RequestVerificationToken", field),
            ("Name", "ann"),
            ("Password", TestServer.Password)
        );
        await browser.Open("/user/settings");

        browser.Path.ShouldStartWith("/signin");
    }

    [Fact]
    public async Task A_verified_address_on_both_sides_links_the_account()
    {
        await using var server = await Start();
        var account = await server.AddAccount("ann");
        await server.Services.GetRequiredService<LinkedIdentityStore>().Verify(account.Id, account.Email, CancellationToken.None);
        using var browser = new FormBrowser(server);

        await SignIn(browser, "keycloak");
        await browser.Open("/user/settings/identities");

        browser.Text("tbody").ShouldContain("Keycloak");
    }

    [Theory, InlineData("keycloak"), InlineData("github")]
    public async Task An_unverified_address_at_the_provider_opens_no_account(string name)
    {
        _provider.Person["email_verified"] = false;
        await using var server = await Start();
        var account = await server.AddAccount("ann");
        await server.Services.GetRequiredService<LinkedIdentityStore>().Verify(account.Id, account.Email, CancellationToken.None);
        using var browser = new FormBrowser(server);

        await SignIn(browser, name);

        browser.Path.ShouldBe("/signin?problem=unverified");
        browser.Text("[role=alert]").ShouldContain("does not say that your e-mail address is verified");
    }

    [Fact]
    public async Task An_account_that_was_made_in_advance_with_anothers_address_is_not_shared_with_its_owner()
    {
        await using var server = await Start();
        await server.AddAccount("ann"); // whoever made it has never proven the address
        using var browser = new FormBrowser(server);

        await SignIn(browser, "keycloak");

        browser.Path.ShouldBe("/signin?problem=link");
    }

    [Fact]
    public async Task Login_csrf_an_answer_of_the_provider_works_only_in_the_browser_that_asked()
    {
        await using var server = await Start();
        await server.AddAccount("somebody"); // on an empty server everybody is led to the sign-up
        using var mallory = new FormBrowser(server);
        await mallory.Open("/signin/with/keycloak");
        var answer = await LocalIdentityProvider.Visit(mallory.Left!);
        using var victim = new FormBrowser(server);

        await victim.Open(answer);

        victim.Path.ShouldBe("/signin?problem=refused");
        await victim.Open("/user/settings");
        victim.Path.ShouldStartWith("/signin?returnUrl");
    }

    [Fact]
    public async Task Session_fixation_signing_in_elsewhere_starts_a_new_session()
    {
        await using var server = await Start();
        await server.AddAccount("mallory");
        using var mallory = new FormBrowser(server);
        await mallory.SignIn("mallory");
        using var victim = new FormBrowser(server);
        victim.Cookies.Add(mallory.Cookies.GetAllCookies());

        await SignIn(victim, "keycloak");

        await victim.Open("/user/settings");
        victim.Text(".facts dd").ShouldBe("ann");
        await mallory.Open("/user/settings");
        mallory.Path.ShouldStartWith("/signin");
    }

    [Fact]
    public async Task Mix_up_an_answer_of_one_provider_is_not_taken_for_anothers()
    {
        await using var server = await Start();
        using var browser = new FormBrowser(server);
        await browser.Open("/signin/with/keycloak");
        var answer = await LocalIdentityProvider.Visit(browser.Left!);

        await browser.Open(answer.Replace("/with/keycloak/", "/with/other/", StringComparison.Ordinal));
        browser.Path.ShouldBe("/signin?problem=refused");
        _provider.SaysIssuer = _other.Issuer;
        await SignIn(browser, "keycloak");

        browser.Path.ShouldBe("/signin?problem=refused");
    }

    [Fact]
    public async Task A_token_with_another_nonce_is_refused()
    {
        _provider.SaysNonce = "another";
        await using var server = await Start();
        using var browser = new FormBrowser(server);

        await SignIn(browser, "keycloak");

        browser.Path.ShouldBe("/signin?problem=refused");
    }

    [Theory, InlineData("https://evil.example.com/"), InlineData("//evil.example.com/"), InlineData("/\\evil.example.com")]
    public async Task Open_redirect_one_comes_back_to_this_site_only(string target)
    {
        await using var server = await Start();
        using var browser = new FormBrowser(server);

        await SignIn(browser, "keycloak", "?returnUrl=" + Uri.EscapeDataString(target));

        browser.Left.ShouldBeNull();
        browser.Path.ShouldBe("/");
    }

    [Fact]
    public async Task An_identity_is_linked_only_from_the_page_of_the_very_session_and_can_be_unlinked()
    {
        await using var server = await Start();
        await server.AddAccount("bob");
        using var bob = new FormBrowser(server);
        await bob.SignIn("bob");
        await bob.Open("/user/settings/identities");
        var link = bob.Page.QuerySelector("a[href^='/signin/with/keycloak']")!.GetAttribute("href")!;
        using var other = new FormBrowser(server);
        await server.AddAccount("carol");
        await other.SignIn("carol");

        await other.Open(link);
        (other.Left, other.Path).ShouldBe((null, "/user/settings/identities"));
        await bob.Open(link);
        await bob.Open(await LocalIdentityProvider.Visit(bob.Left!));
        bob.Text("tbody").ShouldContain("ann@example.com");
        using var again = new FormBrowser(server);
        await SignIn(again, "keycloak");
        await again.Open("/user/settings");
        again.Text(".facts dd").ShouldBe("bob");
        await bob.Submit(bob.Page.QuerySelector("tbody input[name=_handler]")!.GetAttribute("value")!);

        bob.Text(".empty").ShouldBe("None is linked.");
    }

    [Theory]
    [InlineData("open", true)]
    [InlineData("known", false)]
    [InlineData("example.com", true)]
    [InlineData("example.org", false)]
    [InlineData("le.com", false)]
    public async Task New_accounts_are_for_all_for_none_or_for_those_of_some_domains(string policy, bool allowed)
    {
        await using var server = await Start(policy: policy);
        using var browser = new FormBrowser(server);

        await SignIn(browser, "keycloak");

        browser.Path.ShouldBe(allowed ? "/" : "/signin?problem=account");
    }

    [Fact]
    public async Task The_way_out_carries_state_nonce_and_a_challenge()
    {
        await using var server = await Start();
        using var browser = new FormBrowser(server);

        await browser.Open("/signin/with/keycloak");

        var asked = QueryHelpers.ParseQuery(browser.Left!.Query);
        asked["code_challenge_method"].ToString().ShouldBe("S256");
        asked["nonce"].ToString().Length.ShouldBeGreaterThan(20);
        asked["state"].ToString().Length.ShouldBeGreaterThan(20);
        asked["redirect_uri"].ToString().ShouldBe(new Uri(server.Url, "/signin/with/keycloak/callback").AbsoluteUri);
    }

    [Theory]
    [InlineData("issuer=https://id.example.com", "needs a name")]
    [InlineData("name=keycloak;issuer=http://id.example.com", "needs issuer=https://")]
    [InlineData("name=keycloak;issuer=https://id.example.com;secret=x", "'secret' is not a part")]
    [InlineData("name=keycloak;issuer=https://id.example.com", "needs client-id and client-secret-file")]
    public void Wrong_settings_say_what_is_right(string text, string expected) =>
        Should.Throw<SettingsException>(() => FederatedSettings.From(Values(text))).Message.ShouldContain(expected);

    private Task<TestServer> Start(
        Engine engine = Engine.Sqlite,
        string policy = "open",
        Func<ServerSettings, ServerSettings>? change = null
    )
    {
        var secret = Path.GetTempFileName();
        File.WriteAllText(secret, LocalIdentityProvider.ClientSecret + "\n");
        var client = $"client-id={LocalIdentityProvider.ClientId};client-secret-file={secret}";
        var settings = FederatedSettings.From(
            SettingValues.Gather(
                new Dictionary<string, string[]>
                {
                    ["sign-in-with"] =
                    [
                        $"name=keycloak;label=Keycloak;issuer={_provider.Issuer};{client}",
                        $"name=other;issuer={_other.Issuer};{client}",
                        $"name=github;url={_provider.Issuer};{client}",
                    ],
                    ["new-accounts"] = [policy],
                },
                new Hashtable()
            )
        );
        return TestServer.Start(engine, s => (change?.Invoke(s) ?? s) with { Federation = settings });
    }

    private static SettingValues Values(string text) =>
        SettingValues.Gather(new Dictionary<string, string[]> { ["sign-in-with"] = [text] }, new Hashtable());

    private static async Task SignIn(FormBrowser browser, string name, string query = "")
    {
        await browser.Open($"/signin/with/{name}{query}");
        browser.Left.ShouldNotBeNull(browser.Text("body"));
        await browser.Open(await LocalIdentityProvider.Visit(browser.Left!));
    }
}
