using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml;

namespace Server.Saml;

/// <summary>An organization's identity provider, as its metadata describes it.</summary>
public sealed record SamlProvider
{
    public const string Unspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
    public const string EmailAddress = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    public const string Persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    private const string Transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
    private const string Redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
    private const int ShortestKey = 2048;

    public required string EntityId { get; init; }
    public required Uri SignOnUrl { get; init; }
    public required string NameIdFormat { get; init; }

    /// <summary>All that it may sign with: around a rotation of keys there are several.</summary>
    public required IReadOnlyList<X509Certificate2> Certificates { get; init; }

    /// <summary>When the last of the certificates ends.</summary>
    public DateTimeOffset CertifiedUntil => Certificates.Max(c => new DateTimeOffset(c.NotAfter));

    /// <exception cref="SamlException">What is wrong with the metadata, for whoever pasted it.</exception>
    public static SamlProvider Parse(string metadata)
    {
        var entity = Entity(SamlXml.Read(Encoding.UTF8.GetBytes(metadata.Trim())).DocumentElement!);
        var role = entity.OnlyChild(SamlXml.Metadata, "IDPSSODescriptor");
        if (role.Attribute("WantAuthnRequestsSigned") is "true" or "1")
        {
            throw new SamlException("The identity provider wants signed requests, which Holdfast does not send. Switch that off there.");
        }
        return new()
        {
            EntityId = entity.Attribute("entityID") is { Length: > 0 } id
                ? id
                : throw new SamlException("<EntityDescriptor> has no entityID."),
            SignOnUrl = SignOn(role),
            NameIdFormat = Format([.. role.Children(SamlXml.Metadata, "NameIDFormat").Select(f => f.Text())]),
            Certificates = SigningCertificates(role),
        };
    }

    private static XmlElement Entity(XmlElement root)
    {
        if (root.NamespaceURI != SamlXml.Metadata || root.LocalName is not ("EntityDescriptor" or "EntitiesDescriptor"))
        {
            throw new SamlException($"It is a <{root.LocalName}>; the metadata of an identity provider is an <EntityDescriptor>.");
        }
        if (root.LocalName == "EntityDescriptor")
        {
            return root;
        }
        var providers = root.Children(SamlXml.Metadata, "EntityDescriptor")
            .Where(e => e.Children(SamlXml.Metadata, "IDPSSODescriptor").Any())
            .ToList();
        return providers is [var only]
            ? only
            : throw new SamlException($"It describes {providers.Count} identity providers; paste the metadata of one.");
    }

    private static Uri SignOn(XmlElement role)
    {
        var services = role.Children(SamlXml.Metadata, "SingleSignOnService").ToList();
        var location = services.Find(s => s.Attribute("Binding") == Redirect)?.Attribute("Location");
        return
            Uri.TryCreate(location, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            ? url
            : throw new SamlException("It has no <SingleSignOnService> with the binding HTTP-Redirect and an https address.");
    }

    // The NameID must never change; a transient one always does.
    private static string Format(List<string> offered) =>
        offered.Count > 0 && offered.TrueForAll(f => f == Transient)
            ? throw new SamlException(
                "The identity provider offers transient NameIDs only; set it to persistent ones or to e-mail addresses."
            )
        : offered.Contains(Persistent) ? Persistent
        : offered.Contains(EmailAddress) ? EmailAddress
        : Unspecified;

    private static List<X509Certificate2> SigningCertificates(XmlElement role)
    {
        var certificates = role.Children(SamlXml.Metadata, "KeyDescriptor")
            .Where(k => k.Attribute("use") is null or "signing")
            .SelectMany(k => k.Children(SamlXml.Signature, "KeyInfo"))
            .SelectMany(k => k.Children(SamlXml.Signature, "X509Data"))
            .SelectMany(d => d.Children(SamlXml.Signature, "X509Certificate"))
            .Select(c => Certificate(c.Text()))
            .ToList();
        return certificates.Count > 0
            ? certificates
            : throw new SamlException("It has no certificate for signing (<KeyDescriptor use=\"signing\">).");
    }

    private static X509Certificate2 Certificate(string text)
    {
        try
        {
            var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text));
            using var key = certificate.GetRSAPublicKey();
            return key is { KeySize: >= ShortestKey }
                ? certificate
                : throw new SamlException($"A signing certificate has no RSA key of at least {ShortestKey} bits.");
        }
        catch (Exception odd) when (odd is FormatException or CryptographicException)
        {
            throw new SamlException("A signing certificate cannot be read: " + odd.Message);
        }
    }
}
