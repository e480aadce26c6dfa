using System.Text;
using System.Xml;

namespace Server.Saml;

/// <summary>An organization with the identity provider that it trusts.</summary>
public sealed record SamlSetup
{
    public required string OrganizationId { get; init; }
    public required string Login { get; init; }
    public required string Name { get; init; }

    /// <summary>As it was pasted; empty if nothing was.</summary>
    public string Metadata { get; init; } = "";

    /// <summary>Keeps another way to sign in, and is never asked for this one.</summary>
    public string? AdminId { get; init; }

    /// <summary>Are answers taken that nobody asked for?</summary>
    public bool IdpInitiated { get; init; }

    /// <summary>Do access tokens of people who sign in this way work only while such a sign-in is good?</summary>
    public bool BoundTokens { get; init; }

    public SamlProvider Provider() =>
        Metadata.Length > 0
            ? SamlProvider.Parse(Metadata)
            : throw new SamlException(
                $"{Login} has no identity provider yet. Its administrators name one in the settings of the organization."
            );
}

/// <summary>This server as the identity providers of its organizations see it.</summary>
public sealed record ServiceProvider(string EntityId, string ConsumerUrl)
{
    public const string Route = "/login/{organization}/sso/saml";

    /// <param name="server">The address of the API.</param>
    /// <param name="organization">Exactly as the organization is written: identity providers compare letter by letter.</param>
    public static ServiceProvider Of(Uri server, string organization)
    {
        var root = $"{Settings.ServerSettings.Address(server)}/login/{organization}/sso/saml";
        return new(root + "/metadata", root + "/acs");
    }

    public string Metadata(string nameIdFormat) =>
        Write(xml =>
        {
            xml.WriteStartElement("md", "EntityDescriptor", SamlXml.Metadata);
            xml.WriteAttributeString("entityID", EntityId);
            xml.WriteStartElement("SPSSODescriptor", SamlXml.Metadata);
            xml.WriteAttributeString("AuthnRequestsSigned", "false");
            xml.WriteAttributeString("WantAssertionsSigned", "true");
            xml.WriteAttributeString("protocolSupportEnumeration", SamlXml.Protocol);
            xml.WriteElementString("NameIDFormat", SamlXml.Metadata, nameIdFormat);
            xml.WriteStartElement("AssertionConsumerService", SamlXml.Metadata);
            xml.WriteAttributeString("Binding", SamlXml.PostBinding);
            xml.WriteAttributeString("Location", ConsumerUrl);
            xml.WriteAttributeString("index", "0");
            xml.WriteAttributeString("isDefault", "true");
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndElement();
        });

    public string Request(string id, SamlProvider provider, DateTimeOffset now, bool again) =>
        Write(xml =>
        {
            xml.WriteStartElement("samlp", "AuthnRequest", SamlXml.Protocol);
            xml.WriteAttributeString("ID", id);
            xml.WriteAttributeString("Version", "2.0");
            xml.WriteAttributeString(
                "IssueInstant",
                now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture)
            );
            xml.WriteAttributeString("Destination", provider.SignOnUrl.AbsoluteUri);
            xml.WriteAttributeString("AssertionConsumerServiceURL", ConsumerUrl);
            xml.WriteAttributeString("ProtocolBinding", SamlXml.PostBinding);
            if (again)
            {
                xml.WriteAttributeString("ForceAuthn", "true");
            }
            xml.WriteElementString("saml", "Issuer", SamlXml.Assertion, EntityId);
            xml.WriteStartElement("NameIDPolicy", SamlXml.Protocol);
            xml.WriteAttributeString("Format", provider.NameIdFormat);
            xml.WriteAttributeString("AllowCreate", "true");
            xml.WriteEndElement();
            xml.WriteEndElement();
        });

    private static string Write(Action<XmlWriter> write)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true }))
        {
            write(xml);
        }
        return text.ToString();
    }
}
