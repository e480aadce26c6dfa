using System.Xml;

namespace Server.Saml;

/// <summary>What an identity provider vouches for.</summary>
public sealed record SamlIdentity
{
    public required string NameId { get; init; }
    public required string NameIdFormat { get; init; }
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }
    public required string AssertionId { get; init; }

    /// <summary>The request that is answered; null if there was none.</summary>
    public required string? InResponseTo { get; init; }

    /// <summary>Until then the assertion could be sent once more.</summary>
    public required DateTimeOffset GoodUntil { get; init; }

    /// <summary>When the identity provider's session ends, if it says so.</summary>
    public required DateTimeOffset? SessionUntil { get; init; }
}

/// <summary>Whose word is taken, about whom and when.</summary>
/// <param name="EntityId">Ours, which must be the audience.</param>
/// <param name="ConsumerUrl">Where the answer was received.</param>
public sealed record SamlExpectation(string EntityId, string ConsumerUrl, SamlProvider Provider, DateTimeOffset Now)
{
    /// <summary>How far clocks may be apart.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    public void NotYetOver(XmlElement element, DateTimeOffset? end, string what)
    {
        if (end is { } time && Now >= time + Skew)
        {
            throw new SamlException(
                $"<{element.LocalName}> {what} at {time:u}; here it is {Now:u}. Sign in again, and compare the clocks."
            );
        }
    }

    public void Begun(XmlElement element, DateTimeOffset? begin)
    {
        if (begin is { } time && Now + Skew < time)
        {
            throw new SamlException($"<{element.LocalName}> is good from {time:u} on; here it is {Now:u}. Compare the clocks.");
        }
    }
}

/// <summary>The answer of an identity provider (SAML 2.0 Web Browser SSO profile, HTTP-POST). What is read is under a signature, or it is not read.</summary>
public static class SamlResponse
{
    private const string Success = "urn:oasis:names:tc:SAML:2.0:status:Success";

    public static SamlIdentity Read(byte[] xml, SamlExpectation expected)
    {
        var document = SamlXml.Read(xml);
        var response = document.DocumentElement!;
        if (response.LocalName != "Response" || response.NamespaceURI != SamlXml.Protocol)
        {
            throw new SamlException($"It is a <{SamlException.Word(response.LocalName)}> and no SAML 2.0 response.");
        }
        SamlSignature.RefuseAmbiguousIds(document);
        RefuseFailure(response);
        var assertion = OnlyAssertion(document, response);
        RefuseStraySignatures(document, response, assertion);
        CheckSignatures(response, assertion, expected);
        CheckEnvelope(response, expected);
        CheckIssuer(assertion.OnlyChild(SamlXml.Assertion, "Issuer"), expected);
        return SamlAssertion.Read(assertion, response.Attribute("InResponseTo"), expected);
    }

    private static XmlElement OnlyAssertion(XmlDocument document, XmlElement response)
    {
        var all = document.Everything().ToList();
        if (all.Exists(e => e.LocalName is "EncryptedAssertion" or "EncryptedID" or "EncryptedAttribute"))
        {
            throw new SamlException(
                "It is encrypted, which Holdfast does not read. Switch the encryption of assertions off at the identity provider; https protects them."
            );
        }
        var assertions = all.Where(e => e.LocalName == "Assertion").ToList();
        return assertions is [var only] && only.ParentNode == response && only.NamespaceURI == SamlXml.Assertion
            ? only
            : throw new SamlException($"It must hold exactly one assertion, as a child of the response; it has {assertions.Count}.");
    }

    private static void RefuseStraySignatures(XmlDocument document, XmlElement response, XmlElement assertion)
    {
        if (document.Everything().Any(e => e.LocalName == "Signature" && e.ParentNode != response && e.ParentNode != assertion))
        {
            throw new SamlException("A signature stands where none belongs.");
        }
    }

    private static void CheckSignatures(XmlElement response, XmlElement assertion, SamlExpectation expected)
    {
        var whole = SamlSignature.Covers(response, expected.Provider.Certificates);
        var part = SamlSignature.Covers(assertion, expected.Provider.Certificates);
        if (!whole && !part)
        {
            throw new SamlException("Neither the response nor the assertion is signed.");
        }
        if (whole && response.Attribute("Destination") is null)
        {
            throw new SamlException("A signed response must say its Destination.");
        }
    }

    private static void CheckEnvelope(XmlElement response, SamlExpectation expected)
    {
        if (response.Attribute("Version") != "2.0")
        {
            throw new SamlException($"Its version is '{response.Attribute("Version")}' and not 2.0.");
        }
        if (response.Attribute("Destination") is { } destination && destination != expected.ConsumerUrl)
        {
            throw new SamlException($"Its Destination is '{destination}' and not '{expected.ConsumerUrl}'.");
        }
        if (response.Child(SamlXml.Assertion, "Issuer") is { } issuer)
        {
            CheckIssuer(issuer, expected);
        }
    }

    private static void CheckIssuer(XmlElement issuer, SamlExpectation expected)
    {
        if (issuer.Text() != expected.Provider.EntityId)
        {
            throw new SamlException($"Its Issuer is '{issuer.Text()}' and not '{expected.Provider.EntityId}'.");
        }
    }

    private static void RefuseFailure(XmlElement response)
    {
        var status = response.OnlyChild(SamlXml.Protocol, "Status");
        var code = status.OnlyChild(SamlXml.Protocol, "StatusCode");
        if (code.Attribute("Value") != Success)
        {
            var detail = code.Child(SamlXml.Protocol, "StatusCode")?.Attribute("Value") ?? code.Attribute("Value") ?? "";
            throw new SamlException(
                $"The identity provider did not sign you in: {SamlException.Word(detail[(detail.LastIndexOf(':') + 1)..])}. Its log says more."
            );
        }
    }
}
