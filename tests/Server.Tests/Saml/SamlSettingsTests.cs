using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Support;

namespace Server.Tests.Saml;

public class SamlSettingsTests
{
    private const string Page = "/Acme/settings/saml";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_administrator_names_the_provider_by_its_metadata_and_tries_it(Engine engine)
    {
        await using var bed = await SamlTestbed.Start(engine, trusts: false);
        await bed.Browser.SignIn("boss");

        await bed.Browser.Open(Page);
        bed.Browser.Text("#consumer-url").ShouldBe(bed.ConsumerUrl);
        bed.Browser.Text("#entity-id").ShouldBe(bed.EntityId);
        await bed.Browser.Submit("saml", ("Metadata", bed.Provider.Metadata));
        bed.Browser.Text(".notice.good").ShouldBe("Saved.");
        bed.Browser.Page.Body!.TextContent.ShouldContain(IdentityProvider.EntityId);

        await bed.Browser.Submit("saml-test");
        var link = bed.Browser.Page.QuerySelector(".notice a")!.GetAttribute("href")!;
        await bed.Send(await bed.Ask(path: link));
        bed.Browser.Path.ShouldBe(Page);
        bed.Browser.Page.Body!.TextContent.ShouldContain("NameID: ann@corp.example");
        bed.Browser.Page.Body!.TextContent.ShouldContain("Name: Ann Lee");
        await bed.ShouldBeSignedInAs("boss");
        var log = await bed.Events();
        log.ShouldContain("saml-configuration-updated");
        log.ShouldNotContain("user-login Ann");
    }

    [Theory]
    [InlineData("<a/>", "the metadata of an identity provider is an <EntityDescriptor>")]
    [InlineData("no XML", "not XML")]
    [InlineData("<!DOCTYPE a><a/>", "DTD")]
    public async Task What_is_no_metadata_is_refused_with_what_is_wrong(string metadata, string reason)
    {
        await using var bed = await SamlTestbed.Start(trusts: false);
        await bed.Browser.SignIn("boss");
        await bed.Browser.Open(Page);

        await bed.Browser.Submit("saml", ("Metadata", metadata));

        bed.Browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        bed.Browser.Text(".notice.bad").ShouldContain(reason);
    }

    [Fact]
    public async Task Metadata_that_would_be_unsafe_or_useless_is_refused()
    {
        await using var bed = await SamlTestbed.Start(trusts: false);
        using var api = bed.Server.Client(await bed.Server.TokenOf(bed.Boss));
        var good = bed.Provider.Metadata;
        using var weak = IdentityProvider.NewCertificate(1024);
        var key = Convert.ToBase64String(bed.Provider.Certificate.RawData);
        (string Metadata, string Reason)[] all =
        [
            (good.Replace("HTTP-Redirect", "HTTP-POST", StringComparison.Ordinal), "HTTP-Redirect"),
            (good.Replace("http://localhost", "http://idp.example.com", StringComparison.Ordinal), "https address"),
            (good.Replace("use=\"signing\"", "use=\"encryption\"", StringComparison.Ordinal), "no certificate"),
            (good.Replace(key, "AAAA", StringComparison.Ordinal), "cannot be read"),
            (good.Replace(key, Convert.ToBase64String(weak.RawData), StringComparison.Ordinal), "2048"),
            (good.Replace("persistent", "transient", StringComparison.Ordinal), "transient"),
            (
                good.Replace("IDPSSODescriptor proto", "IDPSSODescriptor WantAuthnRequestsSigned=\"true\" proto", StringComparison.Ordinal),
                "signed requests"
            ),
        ];
        foreach (var (metadata, reason) in all)
        {
            var answer = await api.PatchAsJsonAsync("/api/orgs/Acme/saml", new { newIdpSsoDescriptor = metadata });
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            body["validationError"]?.GetValue<string>().ShouldContain(reason);
            body["validationError"].ShouldNotBeNull(reason);
        }
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_published_API_reads_and_changes_it(Engine engine)
    {
        await using var bed = await SamlTestbed.Start(engine, trusts: false);
        using var api = bed.Server.Client(await bed.Server.TokenOf(bed.Boss));
        (await api.GetFromJsonAsync<JsonNode>("/api/orgs/Acme/saml"))!["idpSsoDescriptor"]!.GetValue<string>().ShouldBe("");

        var changed = await api.PatchAsJsonAsync("/api/orgs/acme/saml", new { newIdpSsoDescriptor = bed.Provider.Metadata });
        var body = (await changed.Content.ReadFromJsonAsync<JsonNode>())!;
        body["entityId"]!.GetValue<string>().ShouldBe(IdentityProvider.EntityId);
        body["ssoUrl"]!.GetValue<string>().ShouldBe(bed.Provider.Url + "sso");
        body["organization"]!["githubLogin"]!.GetValue<string>().ShouldBe("Acme");
        body["validUntil"].ShouldNotBeNull();
        body["validationError"].ShouldBeNull();
        (await api.PatchAsJsonAsync("/api/orgs/Acme/saml", new { })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var admins = await api.GetFromJsonAsync<JsonNode>("/api/orgs/Acme/saml/admins");
        admins!["samlAdmins"]![0]!["githubLogin"]!.GetValue<string>().ShouldBe("boss");
        (await api.PostAsync("/api/orgs/Acme/saml/admins/nobody", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await api.PostAsync("/api/orgs/Acme/saml/admins/boss", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await bed.SignIn();
        (await api.PostAsync("/api/orgs/Acme/saml/admins/ann", null)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await api.PatchAsJsonAsync("/api/orgs/boss/saml", new { newIdpSsoDescriptor = "x" })).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
    }

    [Fact]
    public async Task Members_may_not_see_or_change_it()
    {
        await using var bed = await SamlTestbed.Start();
        await bed.SignIn();

        await bed.Browser.Open(Page);

        bed.Browser.Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_SCIM_token_is_shown_once_and_replaced_and_removed()
    {
        await using var bed = await SamlTestbed.Start();
        await bed.Browser.SignIn("boss");
        await bed.Browser.Open(Page);
        bed.Browser.Text("#scim-url").ShouldBe($"{bed.Server.Url}scim/v2/Acme");

        await bed.Browser.Submit("scim-token", ("Choice", "make"));
        var first = bed.Browser.Text("#scim-token");
        await bed.Browser.Open(Page);
        bed.Browser.Page.QuerySelector("#scim-token").ShouldBeNull();
        await bed.Browser.Submit("scim-token", ("Choice", "make"));
        var second = bed.Browser.Text("#scim-token");

        using var old = new Scim.ScimClient(bed, first);
        using var scim = new Scim.ScimClient(bed, second);
        (await old.Status("/scim/v2/Acme/Users")).ShouldBe(HttpStatusCode.Unauthorized);
        (await scim.Status("/scim/v2/Acme/Users")).ShouldBe(HttpStatusCode.OK);
        await bed.Browser.Submit("scim-token", ("Choice", "delete"));
        (await scim.Status("/scim/v2/Acme/Users")).ShouldBe(HttpStatusCode.Unauthorized);
        (await bed.Events()).ShouldContain("scim-token-changed");
    }

    [Theory, InlineData("saml"), InlineData("saml-test"), InlineData("scim-token")]
    public async Task A_form_that_another_site_sends_is_refused(string form)
    {
        await using var bed = await SamlTestbed.Start();
        await bed.Browser.SignIn("boss");

        await bed.Browser.Post(Page, ("_handler", form), ("Metadata", ""), ("Choice", "make"));

        bed.Browser.Status.ShouldBe(HttpStatusCode.BadRequest);
    }
}
