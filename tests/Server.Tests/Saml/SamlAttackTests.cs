using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.Xml;
using System.Xml;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Support;

namespace Server.Tests.Saml;

/// <summary>What can be tried with a response on its way. docs/security.md names each.</summary>
public class SamlAttackTests
{
    [Theory]
    [InlineData("http://www.w3.org/2000/09/xmldsig#rsa-sha1", SignedXml.XmlDsigSHA256Url, "signature algorithm")]
    [InlineData(SignedXml.XmlDsigRSASHA256Url, SignedXml.XmlDsigSHA1Url, "digest algorithm")]
    public async Task An_algorithm_that_is_broken_is_not_taken(string method, string digest, string reason)
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Next = new() { SignatureMethod = method, DigestMethod = digest };

        await bed.SignIn();

        await bed.ShouldBeRefused(reason);
    }

    [Fact]
    public async Task The_public_key_is_no_shared_key()
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Next = new() { SignsAssertion = false };
        bed.Provider.Tamper = xml =>
        {
            var document = Load(xml);
            var assertion = (XmlElement)document.GetElementsByTagName("Assertion", Assertion.Space)[0]!;
            var signed = new SignedXml(document);
            var reference = new Reference("#" + assertion.GetAttribute("ID")) { DigestMethod = SignedXml.XmlDsigSHA256Url };
            reference.AddTransform(new XmlDsigEnvelopedSignatureTransform());
            signed.AddReference(reference);
            signed.SignedInfo!.SignatureMethod = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
            using var mac = new HMACSHA256(bed.Provider.Certificate.GetPublicKey());
            signed.ComputeSignature(mac);
            assertion.InsertAfter(document.ImportNode(signed.GetXml(), true), assertion.FirstChild);
            return document.OuterXml;
        };

        await bed.SignIn();

        await bed.ShouldBeRefused("signature algorithm");
    }

    [Fact]
    public async Task What_is_not_signed_is_not_read()
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Next = new() { SignsAssertion = false };

        await bed.SignIn();

        await bed.ShouldBeRefused("Neither the response nor the assertion is signed");
    }

    [Fact]
    public async Task A_key_that_comes_with_the_message_is_no_key_of_the_provider()
    {
        await using var bed = await SamlTestbed.Start();
        await using var mallory = await IdentityProvider.Start(bed.Server.Clock);
        bed.Provider.Next = new() { SignsAssertion = false };
        bed.Provider.Tamper = xml =>
        {
            var document = Load(xml);
            var assertion = (XmlElement)document.GetElementsByTagName("Assertion", Assertion.Space)[0]!;
            mallory.Sign(document, assertion);
            var signature = assertion["Signature", SignedXml.XmlDsigNamespaceUrl]!;
            var info = new KeyInfo();
            info.AddClause(new KeyInfoX509Data(mallory.Certificate));
            signature.AppendChild(document.ImportNode(info.GetXml(), true));
            return document.OuterXml;
        };

        await bed.SignIn();

        await bed.ShouldBeRefused("not made with a key");
    }

    [Theory]
    [InlineData("NameID", "ann@corp.example", "boss@example.com")]
    [InlineData("Attribute", ">ann@corp.example<", ">boss@example.com<")]
    public async Task What_was_changed_after_signing_is_refused(string what, string from, string to)
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Tamper = xml => xml.Replace(from, to, StringComparison.Ordinal);

        await bed.SignIn();

        what.ShouldNotBeEmpty();
        await bed.ShouldBeRefused("something was changed after signing");
    }

    [Fact]
    public async Task A_comment_cuts_nothing_off_a_name()
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Next = new() { NameId = "boss@example.com.evil.example", Email = "mallory@evil.example" };
        bed.Provider.Tamper = xml => xml.Replace("boss@example.com.evil", "boss@example.com<!-- -->.evil", StringComparison.Ordinal);

        await bed.SignIn();

        await bed.ShouldBeSignedInAs("boss-2");
        var database = bed.Server.Services.GetRequiredService<Database>();
        (await database.Query<string>($"SELECT name_id FROM saml_identities", CancellationToken.None)).ShouldBe([
            "boss@example.com.evil.example",
        ]);
    }

    [Fact]
    public async Task A_document_type_is_refused_and_no_file_is_read()
    {
        await using var bed = await SamlTestbed.Start();
        var form = await bed.Ask();
        var xml =
            "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
            + bed.Provider.LastResponse.Replace("Ann", "&x;", StringComparison.Ordinal);

        await bed.Send((SamlTestbed.Encode(xml), form.RelayState));

        await bed.ShouldBeRefused("DTD");
    }

    [Fact]
    public async Task A_billion_laughs_are_not_laughed()
    {
        await using var bed = await SamlTestbed.Start();
        var form = await bed.Ask();
        var laughs = string.Concat(
            Enumerable.Range(1, 9).Select(i => $"<!ENTITY l{i} \"{string.Concat(Enumerable.Repeat($"&l{i - 1};", 10))}\">")
        );
        var xml = $"<!DOCTYPE r [<!ENTITY l0 \"ha\">{laughs}]><r>&l9;</r>";

        await bed.Send((SamlTestbed.Encode(xml), form.RelayState));

        await bed.ShouldBeRefused("DTD");
    }

    [Fact]
    public async Task A_deep_nest_does_not_use_up_the_stack()
    {
        await using var bed = await SamlTestbed.Start();
        var form = await bed.Ask();
        var deep = string.Concat(Enumerable.Repeat("<a>", 50_000)) + string.Concat(Enumerable.Repeat("</a>", 50_000));
        var xml = bed.Provider.LastResponse.Replace("Ann<", $"Ann{deep}<", StringComparison.Ordinal);

        await bed.Send((SamlTestbed.Encode(xml), form.RelayState));

        await bed.ShouldBeRefused("nested more than");
    }

    public static TheoryData<string, Assertion> Misdirected =>
        new()
        {
            {
                "The Audience is 'https://other.example'",
                new() { Audience = "https://other.example" }
            },
            {
                "no AudienceRestriction",
                new() { Audience = "" }
            },
            {
                "The Recipient is 'https://other.example/acs'",
                new() { Recipient = "https://other.example/acs" }
            },
            {
                "Its Destination is 'https://other.example/acs'",
                new() { Destination = "https://other.example/acs" }
            },
            {
                "must say its Destination",
                new() { Destination = "", SignsResponse = true }
            },
            {
                "Its Issuer is 'https://evil.example'",
                new() { Issuer = "https://evil.example" }
            },
            {
                "ended at",
                new() { Shift = TimeSpan.FromMinutes(-7.1) }
            },
            {
                "is good from",
                new() { Shift = TimeSpan.FromMinutes(2.1) }
            },
            {
                "ended its session",
                new() { SessionFor = TimeSpan.FromMinutes(-2.1) }
            },
            {
                "is not understood",
                new() { Condition = "<x:Odd xmlns:x=\"urn:x\"/>" }
            },
            {
                "did not sign you in: AuthnFailed",
                new() { Status = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed" }
            },
        };

    [Theory, MemberData(nameof(Misdirected), DisableDiscoveryEnumeration = true)]
    public async Task What_is_for_others_or_another_time_is_refused(string reason, Assertion assertion)
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Next = assertion;

        await bed.SignIn();

        await bed.ShouldBeRefused(reason);
    }

    [Fact]
    public async Task Clocks_may_be_two_minutes_apart()
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Next = new() { Shift = TimeSpan.FromMinutes(1.9) };
        await bed.SignIn();
        await bed.ShouldBeSignedInAs("ann");
        bed.Provider.Next = new() { Shift = TimeSpan.FromMinutes(-6.9) };
        using var other = new FormBrowser(bed.Server);
        await bed.SignIn(other);
        await bed.ShouldBeSignedInAs("ann", other);
    }

    [Fact]
    public async Task An_answer_is_taken_once()
    {
        await using var bed = await SamlTestbed.Start();
        var form = await bed.Ask();
        await bed.Send(form);
        await bed.ShouldBeSignedInAs("ann");
        await bed.Browser.Open("/signout");
        await bed.Browser.Submit("sign-out-menu");

        await bed.Send(form);

        await bed.ShouldBeRefused("answers a request that was answered before");
    }

    [Fact]
    public async Task An_assertion_is_taken_once_even_without_a_request()
    {
        await using var bed = await SamlTestbed.Start(idpInitiated: true);
        var response = SamlTestbed.Encode(bed.Provider.Respond(bed.EntityId, bed.ConsumerUrl, null));
        await bed.Send((response, ""));
        bed.Browser.Text("h1").ShouldBe("Sign in to Acme?");

        await bed.Send((response, ""));

        await bed.ShouldBeRefused("It was used before");
    }

    [Fact]
    public async Task An_answer_to_one_request_is_no_answer_to_another()
    {
        await using var bed = await SamlTestbed.Start();
        var form = await bed.Ask();
        var second = await bed.Ask();

        await bed.Send((form.Response, second.RelayState));

        await bed.ShouldBeRefused("another RelayState");
    }

    [Fact]
    public async Task Nobody_is_signed_in_with_the_answer_of_somebody_elses_browser()
    {
        await using var bed = await SamlTestbed.Start();
        using var mallory = new FormBrowser(bed.Server);
        var form = await bed.Ask(mallory);

        await bed.Send(form);

        await bed.ShouldBeRefused("another browser");
    }

    [Fact]
    public async Task One_organizations_provider_says_nothing_about_another()
    {
        await using var bed = await SamlTestbed.Start();
        var account = await bed.Server.AddAccount("chief");
        await SamlTestbed.AddOrganization(bed.Server, "Other", account);
        await using var other = await IdentityProvider.Start(bed.Server.Clock);
        await bed.Trust(organization: "Other");
        await bed.SignIn();
        var form = await bed.Ask(path: "/login/Other/sso/saml");

        await bed.Browser.Open("/signout");
        await bed.Browser.Submit("sign-out-menu");
        await bed.Send(form); // to Acme's address

        await bed.ShouldBeRefused("Its Destination is");
    }

    [Fact]
    public async Task What_is_encrypted_is_refused_in_words()
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Tamper = xml =>
            xml.Replace(
                "<samlp:Status>",
                "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/><samlp:Status>",
                StringComparison.Ordinal
            );

        await bed.SignIn();

        await bed.ShouldBeRefused("Switch the encryption of assertions off");
    }

    [
        Theory,
        InlineData("%%%", "not base64"),
        InlineData("bm90IHhtbA==", "not XML"),
        InlineData("PGEvPg==", "no SAML 2.0 response"),
        InlineData("", "not XML")
    ]
    public async Task Nonsense_is_refused_in_words(string response, string reason)
    {
        await using var bed = await SamlTestbed.Start();
        var form = await bed.Ask();

        await bed.Send((response, form.RelayState));

        await bed.ShouldBeRefused(reason);
    }

    [Fact]
    public async Task The_page_of_a_refusal_says_nothing_that_somebody_else_wrote()
    {
        await using var bed = await SamlTestbed.Start();

        await bed.Browser.Open("/login/Acme/sso/saml/refused?why=" + Uri.EscapeDataString("Call 555-0100 and read out your password"));

        bed.Browser.Status.ShouldBe(HttpStatusCode.Gone);
        bed.Browser.Page.DocumentElement.TextContent.ShouldNotContain("555-0100");
    }

    [Theory]
    [InlineData("<samlp:StatusMessage>Call 555-0100 now</samlp:StatusMessage>", "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")]
    [InlineData("", "urn:x:Call 555-0100 now")]
    public async Task Content_spoofing_nobody_has_this_site_say_his_sentences_by_an_unsigned_refusal(string message, string status)
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Next = new() { Status = status, SignsAssertion = false };
        bed.Provider.Tamper = xml => xml.Replace("</samlp:Status>", message + "</samlp:Status>", StringComparison.Ordinal);

        await bed.SignIn();

        bed.Browser.Page.DocumentElement.TextContent.ShouldNotContain("555");
        await bed.ShouldBeRefused("did not sign you in");
    }

    private static XmlDocument Load(string xml)
    {
        var document = new XmlDocument { PreserveWhitespace = true };
        document.LoadXml(xml);
        return document;
    }
}
