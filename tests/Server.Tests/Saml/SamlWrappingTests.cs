using System.Security.Cryptography.Xml;
using System.Xml;

namespace Server.Tests.Saml;

/// <summary>
/// Signature wrapping, in the eight forms that are known by number: a genuine signature stays valid, but speaks of another place than the one that is
/// read. Each test first shows that its message does fool a reader who checks the signature and then looks for an assertion.
/// </summary>
public class SamlWrappingTests
{
    private const string Evil = "boss@example.com";

    [Fact]
    public Task XSW1_a_forged_response_with_the_signed_one_inside_its_signature() =>
        Try(
            responseSigned: true,
            document =>
            {
                var (original, signature) = Detached(document.DocumentElement!);
                var forged = Forge(document.DocumentElement!);
                Signature(forged)?.ParentNode!.RemoveChild(Signature(forged)!);
                document.ReplaceChild(forged, document.DocumentElement!);
                Inside(signature, "KeyInfo").AppendChild(original); // .NET itself refuses unknown children of a Signature
                forged.InsertAfter(signature, forged.FirstChild);
            }
        );

    [Fact]
    public Task XSW2_a_forged_response_with_the_signed_one_before_its_signature() =>
        Try(
            responseSigned: true,
            document =>
            {
                var (original, signature) = Detached(document.DocumentElement!);
                var forged = Forge(document.DocumentElement!);
                Signature(forged)?.ParentNode!.RemoveChild(Signature(forged)!);
                document.ReplaceChild(forged, document.DocumentElement!);
                forged.AppendChild(original);
                forged.AppendChild(signature);
            }
        );

    [Fact]
    public Task XSW3_a_forged_assertion_before_the_signed_one() =>
        Try(
            responseSigned: false,
            document =>
            {
                var assertion = AssertionOf(document);
                var forged = Forge(assertion);
                forged.RemoveChild(Signature(forged)!);
                assertion.ParentNode!.InsertBefore(forged, assertion);
            }
        );

    [Fact]
    public Task XSW4_a_forged_assertion_around_the_signed_one() =>
        Try(
            responseSigned: false,
            document =>
            {
                var assertion = AssertionOf(document);
                var forged = Forge(assertion);
                forged.RemoveChild(Signature(forged)!);
                assertion.ParentNode!.ReplaceChild(forged, assertion);
                forged.AppendChild(assertion);
            }
        );

    [Fact]
    public Task XSW5_a_forged_assertion_that_bears_the_signature_and_the_signed_one_at_the_end() =>
        Try(
            responseSigned: false,
            document =>
            {
                var assertion = AssertionOf(document);
                var (original, _) = Detached(assertion);
                var forged = Forge(assertion);
                assertion.ParentNode!.ReplaceChild(forged, assertion);
                document.DocumentElement!.AppendChild(original);
            }
        );

    [Fact]
    public Task XSW6_a_forged_assertion_that_bears_the_signature_with_the_signed_one_inside() =>
        Try(
            responseSigned: false,
            document =>
            {
                var assertion = AssertionOf(document);
                var (original, _) = Detached(assertion);
                var forged = Forge(assertion);
                assertion.ParentNode!.ReplaceChild(forged, assertion);
                Inside(Signature(forged)!, "KeyInfo").AppendChild(original);
            }
        );

    [Fact]
    public Task XSW7_a_forged_assertion_in_the_extensions() =>
        Try(
            responseSigned: false,
            document =>
            {
                var assertion = AssertionOf(document);
                var forged = Forge(assertion);
                forged.RemoveChild(Signature(forged)!);
                var extensions = document.CreateElement("samlp", "Extensions", "urn:oasis:names:tc:SAML:2.0:protocol");
                extensions.AppendChild(forged);
                assertion.ParentNode!.InsertBefore(extensions, assertion);
            }
        );

    [Fact]
    public Task XSW8_a_forged_assertion_that_bears_the_signature_with_the_signed_one_in_an_object() =>
        Try(
            responseSigned: false,
            document =>
            {
                var assertion = AssertionOf(document);
                var (original, _) = Detached(assertion);
                var forged = Forge(assertion);
                assertion.ParentNode!.ReplaceChild(forged, assertion);
                Inside(Signature(forged)!, "Object").AppendChild(original);
            }
        );

    [Fact]
    public Task Two_elements_with_the_signed_ID() =>
        Try(
            responseSigned: false,
            document =>
            {
                var assertion = AssertionOf(document);
                var forged = Forge(assertion);
                forged.SetAttribute("ID", assertion.GetAttribute("ID"));
                forged.RemoveChild(Signature(forged)!);
                assertion.ParentNode!.InsertBefore(forged, assertion);
            },
            foolsTheSimple: false // .NET itself finds two
        );

    private static async Task Try(bool responseSigned, Action<XmlDocument> wrap, bool foolsTheSimple = true)
    {
        await using var bed = await SamlTestbed.Start();
        bed.Provider.Next = new()
        {
            NameId = "mallory@corp.example",
            SignsResponse = responseSigned,
            SignsAssertion = !responseSigned,
        };
        var wrapped = "";
        bed.Provider.Tamper = xml =>
        {
            var document = new XmlDocument { PreserveWhitespace = true };
            document.LoadXml(xml);
            wrap(document);
            return wrapped = document.OuterXml;
        };

        await bed.SignIn();

        if (foolsTheSimple)
        {
            ReadSimply(wrapped, bed.Provider).ShouldContain(Evil);
        }
        bed.Browser.Path.ShouldContain("/refused?why=");
        await bed.Browser.Open("/user/settings");
        bed.Browser.Path.ShouldStartWith("/signin");
    }

    /// <summary>What not to do: the signature is checked, wherever it is and whatever it speaks of, and then an assertion is looked for.</summary>
    /// <returns>The name in the first one anywhere, and in the first one below the response.</returns>
    private static List<string?> ReadSimply(string xml, IdentityProvider provider)
    {
        var document = new XmlDocument { PreserveWhitespace = true };
        document.LoadXml(xml);
        var signed = new SignedXml(document);
        signed.LoadXml((XmlElement)document.GetElementsByTagName("Signature", SignedXml.XmlDsigNamespaceUrl)[0]!);
        return signed.CheckSignature(provider.Certificate, verifySignatureOnly: true)
            ?
            [
                document.GetElementsByTagName("NameID", Assertion.Space)[0]!.InnerText,
                document.DocumentElement!["Assertion", Assertion.Space]?["Subject", Assertion.Space]?["NameID", Assertion.Space]?.InnerText,
            ]
            : [];
    }

    private static XmlElement Inside(XmlElement signature, string name) =>
        (XmlElement)signature.AppendChild(signature.OwnerDocument.CreateElement(name, SignedXml.XmlDsigNamespaceUrl))!;

    private static XmlElement AssertionOf(XmlDocument document) =>
        (XmlElement)document.GetElementsByTagName("Assertion", Assertion.Space)[0]!;

    private static XmlElement? Signature(XmlElement element) => element["Signature", SignedXml.XmlDsigNamespaceUrl];

    /// <summary>A copy without its signature, which is what was signed, and the signature.</summary>
    private static (XmlElement Original, XmlElement Signature) Detached(XmlElement element)
    {
        var copy = (XmlElement)element.CloneNode(deep: true);
        var signature = Signature(copy)!;
        copy.RemoveChild(signature);
        return (copy, signature);
    }

    private static XmlElement Forge(XmlElement element)
    {
        var forged = (XmlElement)element.CloneNode(deep: true);
        forged.SetAttribute("ID", "_evil");
        if (forged.LocalName == "Response")
        {
            forged["Assertion", Assertion.Space]!.SetAttribute("ID", "_evil2");
        }
        ((XmlElement)forged.GetElementsByTagName("NameID", Assertion.Space)[0]!).InnerText = Evil;
        return forged;
    }
}
