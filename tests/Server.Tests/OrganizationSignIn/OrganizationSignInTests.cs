using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Organizations;
using Server.Tests.Organizations;
using Server.Tests.Stacks;
using Support;

namespace Server.Tests.OrganizationSignIn;

/// <summary>Signing in with an OpenID Connect provider of one organization, and what others may try on the way.</summary>
public sealed class OrganizationSignInTests : IAsyncLifetime
{
    private const string Way = "/login/acme/sso/oidc";

    private LocalIdentityProvider _provider = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await LocalIdentityProvider.Start();
        _provider.Person["email"] = "joe@corp.example";
        _provider.Person["given_name"] = "Joe";
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Whoever_the_provider_knows_becomes_a_member_and_comes_back_to_the_same_account(Engine engine)
    {
        await using var server = await Start(engine);
        using var people = await SetUp(server);
        using var browser = new FormBrowser(server);

        await SignIn(browser, "?returnUrl=%2Fuser%2Fsettings");
        browser.Path.ShouldBe("/user/settings");
        browser.Text(".facts").ShouldContain("joe@corp.example");
        using var again = new FormBrowser(server);
        _provider.Person["email"] = "joe.new@corp.example";
        await SignIn(again);

        again.Path.ShouldBe("/acme");
        await again.Open("/user/settings");
        again.Text(".facts").ShouldContain("joe@corp.example", customMessage: "who somebody is follows from the subject");
        (await people["ada"].GetStringAsync("/api/orgs/acme/members")).ShouldContain("\"joe\"");
        (await people["ada"].GetStringAsync("/api/orgs/acme/auditlogs?startTime=2000000000")).ShouldContain(
            "joe signed in with OpenID Connect"
        );
    }

    [Fact]
    public async Task A_provider_that_is_not_of_our_making_signs_people_in()
    {
        await using var server = await Start();
        await using var real = await OpenIddictProvider.Start("joe@corp.example");
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Read);
        using (var admin = new FormBrowser(server))
        {
            await admin.SignIn("ada");
            await Register(admin, "acme", real.Url, "corp.example", OpenIddictProvider.ClientId, OpenIddictProvider.ClientSecret);
            admin.Text("[role=status]").ShouldBe("Saved.");
        }

        foreach (var _ in new[] { "first", "again" })
        {
            using var browser = new FormBrowser(server);
            await SignIn(browser, "?returnUrl=%2Fuser%2Fsettings");
            browser.Path.ShouldBe("/user/settings");
            browser.Text(".facts").ShouldContain("joe@corp.example");
        }
        (await people["ada"].GetStringAsync("/api/orgs/acme/members")).ShouldContain("\"joe\"");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Account_takeover_an_address_alone_opens_no_account_until_its_owner_agrees(Engine engine)
    {
        await using var server = await Start(engine);
        using var people = await SetUp(server);
        _provider.Person["email"] = "eve@example.com";
        using var browser = new FormBrowser(server);

        await SignIn(browser);
        browser.Path.ShouldStartWith("/login/acme/sso/saml/confirm");
        browser.Text("main").ShouldContain("eve@example.com");
        var confirm = browser.Path;
        await browser.Open("/user/settings");
        browser.Path.ShouldStartWith("/signin", customMessage: "nobody is signed in yet");
        await browser.SignIn("eve");
        await browser.Open(confirm);
        await browser.Submit("link");
        browser.Path.ShouldBe("/acme");
        using var again = new FormBrowser(server);
        await SignIn(again);

        await again.Open("/user/settings");
        again.Text(".facts dd").ShouldBe("eve");
    }

    [Fact]
    public async Task An_address_that_the_provider_has_not_verified_opens_nothing()
    {
        await using var server = await Start();
        using var people = await SetUp(server);
        foreach (var flag in new object?[] { false, "false", null })
        {
            _provider.Person.Remove("email_verified");
            if (flag is not null)
            {
                _provider.Person["email_verified"] = flag;
            }
            (await Refused(server)).ShouldContain("does not say that your e-mail address is verified");
        }
    }

    [Fact]
    public async Task An_address_of_another_domain_is_not_the_providers_to_vouch_for()
    {
        await using var server = await Start();
        using var people = await SetUp(server, domains: "corp.example, other.example");
        foreach (
            var email in new[]
            {
                "joe@elsewhere.example",
                "joe@evil-corp.example",
                "joe@corp.example.evil.example",
                "x@corp.example@evil.example",
            }
        )
        {
            _provider.Person["email"] = email;
            (await Refused(server)).ShouldContain("is of no domain that this provider may speak for");
        }
        _provider.Person["email"] = "joe@CORP.example";
        using var browser = new FormBrowser(server);
        await SignIn(browser);
        browser.Path.ShouldBe("/acme");
    }

    [Fact]
    public async Task Token_substitution_a_token_for_another_client_or_another_sign_in_is_not_taken()
    {
        await using var server = await Start();
        using var people = await SetUp(server);

        _provider.SaysAudience = "another-client";
        (await Refused(server)).ShouldContain("made for another client");
        _provider.SaysAudience = null;
        _provider.SaysNonce = "another";
        (await Refused(server)).ShouldContain("made for another sign-in");
        _provider.SaysNonce = null;
        _provider.SaysIssuer = "https://another.example";
        (await Refused(server)).ShouldContain("It is another provider's.");
        _provider.SaysIssuer = null;
        _provider.Now = () => server.Clock.GetUtcNow().AddHours(-2);
        (await Refused(server)).ShouldContain("it has expired");
    }

    [Fact]
    public async Task Login_csrf_an_answer_works_only_in_the_browser_that_asked_and_once()
    {
        await using var server = await Start();
        using var people = await SetUp(server);
        using var attacker = new FormBrowser(server);
        using var victim = new FormBrowser(server);
        var answer = await Leave(attacker);

        await victim.Open(answer);
        victim.Text("main").ShouldContain("It was asked for by another browser.");
        await Leave(victim);
        await victim.Open(answer);
        victim.Text("main").ShouldContain("It was asked for by another browser.");
        await attacker.Open(answer);
        attacker.Path.ShouldBe("/acme");
        await attacker.Open(answer);
        attacker.Text("main").ShouldContain("It answers a request that was answered before");
    }

    [Fact]
    public async Task Mix_up_an_answer_for_one_organization_is_not_taken_by_another()
    {
        await using var server = await Start();
        using var people = await SetUp(server);
        (await people["eve"].Post("/api/console/actions/new-organization", """{"orgName":"other"}""")).EnsureSuccessStatusCode();
        using (var admin = new FormBrowser(server))
        {
            await admin.SignIn("eve");
            await Register(admin, "other", _provider.Issuer, "");
        }
        using var browser = new FormBrowser(server);
        var answer = await Leave(browser);

        await browser.Open(answer.Replace("/acme/", "/other/", StringComparison.Ordinal));

        browser.Text("main").ShouldContain("is not ours");
        await browser.Open("/other");
        browser.Path.ShouldStartWith("/signin", customMessage: "nobody is signed in");
    }

    [Fact]
    public async Task A_subject_of_another_provider_is_somebody_else()
    {
        await using var server = await Start();
        using var people = await SetUp(server);
        using (var browser = new FormBrowser(server))
        {
            await SignIn(browser);
        }
        await using var second = await LocalIdentityProvider.Start();
        second.Now = server.Clock.GetUtcNow;
        second.Person["email"] = "imposter@corp.example";
        using var admin = new FormBrowser(server);
        await admin.SignIn("ada");
        await Register(admin, "acme", second.Issuer, "");
        using var imposter = new FormBrowser(server);

        await SignIn(imposter);
        await imposter.Open("/user/settings");

        imposter.Text(".facts").ShouldContain("imposter@corp.example", customMessage: "the subject 42 is another person there");
    }

    [Fact]
    public async Task The_secret_is_kept_encrypted_and_shown_to_nobody()
    {
        await using var server = await Start();
        using var people = await SetUp(server);
        using var admin = new FormBrowser(server);
        await admin.SignIn("ada");
        await admin.Open("/acme/settings/sign-in");

        admin.Page.DocumentElement.OuterHtml.ShouldNotContain(LocalIdentityProvider.ClientSecret);
        var stored = await server
            .Services.GetRequiredService<Database>()
            .Query<byte[]>($"SELECT client_secret FROM sign_in_providers", CancellationToken.None);
        Encoding.UTF8.GetString(stored.Single()).ShouldNotContain(LocalIdentityProvider.ClientSecret);
        await admin.Submit(
            "sign-in-provider",
            ("Issuer", _provider.Issuer),
            ("ClientId", LocalIdentityProvider.ClientId),
            ("ClientSecret", ""),
            ("Domains", "corp.example")
        );
        using var browser = new FormBrowser(server);
        await SignIn(browser);
        browser.Path.ShouldBe("/acme", "an empty field keeps the secret");
        await admin.Submit("remove-provider");
        await browser.Open(Way);
        browser.Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("nonsense", "", "is not an https address")]
    [InlineData("http://169.254.169.254", "", "is not an https address")]
    [InlineData("https://login.example.com?x=1", "", "no query")]
    [InlineData("PROVIDER", "cor p..example/", "is no domain")]
    public async Task A_provider_that_cannot_be_is_refused_with_the_reason(string issuer, string domains, string reason)
    {
        await using var server = await Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Read);
        using var admin = new FormBrowser(server);
        await admin.SignIn("ada");

        await Register(admin, "acme", issuer == "PROVIDER" ? _provider.Issuer : issuer, domains);

        admin.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        admin.Text("main").ShouldContain(reason);
    }

    private static Task<TestServer> Start(Engine engine = Engine.Sqlite) =>
        TestServer.Start(engine, s => s with { PrivateNetworks = [IPNetwork.Parse("127.0.0.0/8")] });

    /// <summary>The organization acme, with the provider; joe is nobody yet.</summary>
    private async Task<People> SetUp(TestServer server, string domains = "")
    {
        _provider.Now = server.Clock.GetUtcNow;
        var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Read);
        using var admin = new FormBrowser(server);
        await admin.SignIn("ada");
        await Register(admin, "acme", _provider.Issuer, domains);
        admin.Text("[role=status]").ShouldBe("Saved.");
        return people;
    }

    private static async Task Register(
        FormBrowser admin,
        string organization,
        string issuer,
        string domains,
        string clientId = LocalIdentityProvider.ClientId,
        string clientSecret = LocalIdentityProvider.ClientSecret
    )
    {
        await admin.Open($"/{organization}/settings/sign-in");
        await admin.Submit(
            "sign-in-provider",
            ("Issuer", issuer),
            ("ClientId", clientId),
            ("ClientSecret", clientSecret),
            ("Domains", domains)
        );
    }

    private static async Task SignIn(FormBrowser browser, string query = "") => await browser.Open(await Leave(browser, query));

    /// <returns>The path that the provider's answer leads to.</returns>
    private static async Task<string> Leave(FormBrowser browser, string query = "")
    {
        await browser.Open(Way + query);
        return await LocalIdentityProvider.Visit(browser.Left.ShouldNotBeNull(browser.Text("body")));
    }

    private static async Task<string> Refused(TestServer server)
    {
        using var browser = new FormBrowser(server);
        await browser.Open(await Leave(browser));
        browser.Path.ShouldStartWith("/login/acme/sso/saml/refused?why=");
        var said = browser.Text("main");
        await browser.Open("/user/settings");
        browser.Path.ShouldStartWith("/signin");
        return said;
    }
}
