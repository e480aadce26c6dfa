using System.Net;
using Support;

namespace Server.Tests.Saml;

public class SamlSignInTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_first_sign_in_makes_an_account_and_the_next_finds_it(Engine engine)
    {
        await using var bed = await SamlTestbed.Start(engine);

        await bed.SignIn();
        bed.Browser.Path.ShouldBe("/Acme");
        await bed.ShouldBeSignedInAs("ann");
        using var other = new FormBrowser(bed.Server);
        await bed.SignIn(other);

        await bed.ShouldBeSignedInAs("ann", other);
        bed.Provider.LastRequest!.Issuer.ShouldBe(bed.EntityId);
        bed.Provider.LastRequest.ConsumerUrl.ShouldBe(bed.ConsumerUrl);
        bed.Provider.LastRequest.ForceAuthn.ShouldBeFalse();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task The_assertion_the_response_or_both_may_be_signed(bool assertion, bool response)
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Next = new() { SignsAssertion = assertion, SignsResponse = response };

        await bed.SignIn();

        await bed.ShouldBeSignedInAs("ann");
    }

    [Fact]
    public async Task One_comes_back_to_where_one_wanted_to_go_on_this_site_only()
    {
        await using var bed = await SamlTestbed.Start();

        await bed.SignIn(path: "/login/acme/sso/saml?returnUrl=/user/settings/tokens");
        bed.Browser.Path.ShouldBe("/user/settings/tokens");
        await bed.SignIn(path: "/login/acme/sso/saml?returnUrl=https://evil.example.com/");

        bed.Browser.Left.ShouldBeNull();
        bed.Browser.Path.ShouldBe("/Acme");
    }

    [Fact]
    public async Task The_session_ends_when_the_identity_providers_does_and_else_after_twelve_hours()
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Next = new() { SessionFor = TimeSpan.FromHours(1) };
        await bed.SignIn();
        bed.Server.Clock.Advance(TimeSpan.FromMinutes(59));
        await bed.ShouldBeSignedInAs("ann");
        bed.Server.Clock.Advance(TimeSpan.FromMinutes(2));
        await bed.Browser.Open("/user/settings");
        bed.Browser.Path.ShouldStartWith("/signin");

        bed.Provider.Next = new();
        await bed.SignIn();
        bed.Server.Clock.Advance(TimeSpan.FromHours(11.9));
        await bed.ShouldBeSignedInAs("ann");
        bed.Server.Clock.Advance(TimeSpan.FromHours(0.2));
        await bed.Browser.Open("/user/settings");
        bed.Browser.Path.ShouldStartWith("/signin");
    }

    [Fact]
    public async Task After_a_rotation_both_keys_are_good_once_the_metadata_is_pasted_anew()
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Rotate();
        await bed.SignIn();
        await bed.ShouldBeRefused("not made with a key of the organization's identity provider");

        await bed.Trust();
        await bed.SignIn();

        await bed.ShouldBeSignedInAs("ann");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_e_mail_address_alone_opens_no_account_until_its_owner_agrees(Engine engine)
    {
        await using var bed = await SamlTestbed.Start(engine);
        await bed.Server.AddAccount("victim");
        bed.Provider.Next = new() { NameId = "42", Email = "victim@example.com" };

        await bed.SignIn();
        bed.Browser.Text("h1").ShouldBe("Link your account");
        var page = bed.Browser.Path;
        await bed.Browser.Open("/user/settings");
        bed.Browser.Path.ShouldStartWith("/signin"); // nobody is signed in yet

        await bed.Browser.Open(page);
        await bed.Browser.Open(bed.Browser.Page.QuerySelector("a.button")!.GetAttribute("href")!);
        await bed.Browser.Submit("sign-in", ("Name", "victim"), ("Password", TestServer.Password));
        bed.Browser.Text(".notice").ShouldContain("can then sign in as victim");
        await bed.Browser.Submit("link");
        bed.Browser.Path.ShouldBe("/Acme");
        bed.Browser.Status.ShouldBe(HttpStatusCode.OK);

        using var other = new FormBrowser(bed.Server);
        await bed.SignIn(other);
        await bed.ShouldBeSignedInAs("victim", other);
    }

    [Fact]
    public async Task A_page_to_link_accounts_is_of_no_use_in_another_browser_and_of_none_twice()
    {
        await using var bed = await SamlTestbed.Start();
        await bed.Server.AddAccount("victim");
        bed.Provider.Next = new() { NameId = "42", Email = "victim@example.com" };
        await bed.SignIn();
        var page = bed.Browser.Path;

        using var other = new FormBrowser(bed.Server);
        await other.SignIn("victim");
        await other.Open(page);
        other.Text("h1").ShouldBe("This sign-in is over");

        await bed.Browser.SignIn("victim");
        await bed.Browser.Open(page);
        await bed.Browser.Submit("link");
        await bed.Browser.Open(page);
        bed.Browser.Text("h1").ShouldBe("This sign-in is over");
    }

    [Fact]
    public async Task Whoever_is_removed_from_the_organization_is_told_so()
    {
        await using var bed = await SamlTestbed.Start();
        await bed.SignIn();
        await bed.Execute($"DELETE FROM memberships WHERE role = 'member'");

        using var other = new FormBrowser(bed.Server);
        await bed.SignIn(other);

        other.Text(".notice.bad").ShouldContain("no longer a member of Acme");
    }

    [Fact]
    public async Task A_person_without_an_e_mail_address_is_told_what_was_sent()
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Next = new() { NameId = "42", Email = null };

        await bed.SignIn();

        await bed.ShouldBeRefused("no e-mail address. Let it send an attribute 'email'; it sent firstName, lastName");
    }

    [Fact]
    public async Task What_nobody_asked_for_is_refused_unless_switched_on_and_then_asks_first()
    {
        await using var bed = await SamlTestbed.Start();
        await bed.Send((SamlTestbed.Encode(bed.Provider.Respond(bed.EntityId, bed.ConsumerUrl, null)), ""));
        await bed.ShouldBeRefused("Nobody has asked for it");

        await bed.Trust(idpInitiated: true);
        await bed.Send((SamlTestbed.Encode(bed.Provider.Respond(bed.EntityId, bed.ConsumerUrl, null)), ""));
        bed.Browser.Text("h1").ShouldBe("Sign in to Acme?");
        await bed.Browser.Submit("enter");

        await bed.ShouldBeSignedInAs("ann");
    }

    [Fact]
    public async Task Asking_again_makes_the_identity_provider_ask_again()
    {
        await using var bed = await SamlTestbed.Start();

        await bed.SignIn(path: "/signin/sso/Acme/reauth");

        bed.Provider.LastRequest!.ForceAuthn.ShouldBeTrue();
        await bed.ShouldBeSignedInAs("ann");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Where_the_organization_wishes_it_tokens_work_only_while_a_sign_in_is_good(Engine engine)
    {
        await using var bed = await SamlTestbed.Start(engine);
        await bed.SignIn();
        await bed.Browser.Open("/user/settings/tokens?create");
        await bed.Browser.Submit("create-token", ("Description", "laptop"));
        using var token = bed.Server.Client(bed.Browser.Text("#token-value"));
        bed.Server.Clock.Advance(TimeSpan.FromHours(13));
        (await token.GetAsync("/api/orgs/Acme/search/resources?query=x")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await bed.Execute($"UPDATE saml_organizations SET bound_tokens = {true}");
        bed.Server.Clock.Advance(TimeSpan.FromSeconds(11));

        var refused = await token.GetAsync("/api/orgs/Acme/search/resources?query=x");
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await refused.Content.ReadAsStringAsync()).ShouldContain(
            """{"resource":"organization","errorType":"saml_reauth_required","attribute":"Acme"}"""
        );
        (await token.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await token.GetAsync("/api/orgs/ann/search/resources?query=x")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await bed.SignIn(path: "/signin/sso/Acme/reauth");
        (await token.GetAsync("/api/orgs/Acme/search/resources?query=x")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
