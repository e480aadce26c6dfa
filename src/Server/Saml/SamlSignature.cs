using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography.Xml;
using System.Xml;

namespace Server.Saml;

/// <summary>
/// Checks signatures so that what is signed is what is read: each refers by a unique ID to the very element that it is a child of, with the algorithms
/// on this list and keys from the organization's metadata. Keys in the message, other transforms and other places are refused, not ignored.
/// </summary>
public static class SamlSignature
{
    private const string Exclusive = SignedXml.XmlDsigExcC14NTransformUrl;
    private const string ExclusiveWithComments = SignedXml.XmlDsigExcC14NWithCommentsTransformUrl;

    private static readonly HashSet<string> Canonicalizations = [Exclusive, ExclusiveWithComments, SignedXml.XmlDsigC14NTransformUrl];

    private static readonly HashSet<string> Methods = // SHA-1 and shared keys (HMAC) are not among them
    [SignedXml.XmlDsigRSASHA256Url, SignedXml.XmlDsigRSASHA384Url, SignedXml.XmlDsigRSASHA512Url];

    private static readonly HashSet<string> Digests = [SignedXml.XmlDsigSHA256Url, SignedXml.XmlDsigSHA384Url, SignedXml.XmlDsigSHA512Url];

    /// <returns>Does the element bear a signature? It is good, then.</returns>
    /// <exception cref="SamlException">The signature is not good.</exception>
    public static bool Covers(XmlElement element, IReadOnlyList<X509Certificate2> certificates)
    {
        if (element.Child(SamlXml.Signature, "Signature") is not { } signature)
        {
            return false;
        }
        var signed = new OfOneElement(element);
        try
        {
            signed.LoadXml(signature);
        }
        catch (CryptographicException)
        {
            throw new SamlException($"The signature of <{element.LocalName}> cannot be read.");
        }
        RefuseOddities(signed, element);
        return certificates.Any(c => IsSignedWith(signed, c))
            ? true
            : throw new SamlException(
                $"The signature of <{element.LocalName}> was not made with a key of the organization's identity provider, or something was changed after signing."
            );
    }

    /// <summary>Two elements with one ID are how a signature is made to speak of another element.</summary>
    public static void RefuseAmbiguousIds(XmlDocument document)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attribute in document.Everything().SelectMany(e => e.Attributes.OfType<XmlAttribute>()))
        {
            if (attribute.LocalName.Equals("id", StringComparison.OrdinalIgnoreCase) && !ids.Add(attribute.Value))
            {
                throw new SamlException($"Two elements have the ID '{SamlException.Word(attribute.Value)}'.");
            }
        }
    }

    private static void RefuseOddities(SignedXml signed, XmlElement element)
    {
        var information = signed.SignedInfo!;
        if (!Canonicalizations.Contains(information.CanonicalizationMethod))
        {
            throw new SamlException($"The canonicalization '{SamlException.Word(information.CanonicalizationMethod)}' is not taken.");
        }
        if (!Methods.Contains(information.SignatureMethod ?? ""))
        {
            throw new SamlException(
                $"The signature algorithm '{SamlException.Word(information.SignatureMethod)}' is not taken. Set the identity provider to RSA with SHA-256."
            );
        }
        if (signed.Signature.ObjectList.Count > 0 || information.References.Count != 1)
        {
            throw new SamlException("A signature refers to one element and holds none.");
        }
        var reference = (Reference)information.References[0]!;
        if (element.Attribute("ID") is not { Length: > 0 } id || reference.Uri != "#" + id)
        {
            throw new SamlException($"A signature refers to something other than the <{element.LocalName}> that it stands in.");
        }
        if (!Digests.Contains(reference.DigestMethod))
        {
            throw new SamlException(
                $"The digest algorithm '{SamlException.Word(reference.DigestMethod)}' is not taken. Set the identity provider to SHA-256."
            );
        }
        var transforms = Enumerable.Range(0, reference.TransformChain.Count).Select(i => reference.TransformChain[i]).ToList();
        if (
            transforms is not [XmlDsigEnvelopedSignatureTransform, ..]
            || transforms.Count > 2
            || transforms.Skip(1).Any(t => !Canonicalizations.Contains(t.Algorithm ?? ""))
        )
        {
            throw new SamlException("A signature transforms what it signs in a way that is not taken.");
        }
    }

    private static bool IsSignedWith(SignedXml signed, X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPublicKey();
        try
        {
            return key is not null && signed.CheckSignature(key);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The element is handed over, not looked up.</summary>
    private sealed class OfOneElement(XmlElement element) : SignedXml(element.OwnerDocument)
    {
        public override XmlElement? GetIdElement(XmlDocument? document, string idValue) =>
            element.GetAttribute("ID") == idValue ? element : null;
    }
}
