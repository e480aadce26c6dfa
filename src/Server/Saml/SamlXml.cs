using System.Globalization;
using System.Text;
using System.Xml;

namespace Server.Saml;

/// <summary>Reads XML that somebody else has written, and answers questions about it by position, never by search.</summary>
public static class SamlXml
{
    public const string Protocol = "urn:oasis:names:tc:SAML:2.0:protocol";
    public const string Assertion = "urn:oasis:names:tc:SAML:2.0:assertion";
    public const string Metadata = "urn:oasis:names:tc:SAML:2.0:metadata";
    public const string Signature = "http://www.w3.org/2000/09/xmldsig#";
    public const string PostBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

    private const int DeepestNesting = 40;
    private const int MostCharacters = 1024 * 1024;

    /// <exception cref="SamlException">It is not XML, declares a document type, or is built to exhaust us.</exception>
    public static XmlDocument Read(byte[] bytes)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit, // no entities: neither files and addresses of ours, nor a billion laughs
            XmlResolver = null,
            MaxCharactersInDocument = MostCharacters,
        };
        try
        {
            RefuseDepth(bytes, settings);
            using var reader = XmlReader.Create(new MemoryStream(bytes), settings);
            var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
            document.Load(reader);
            return document;
        }
        catch (Exception odd) when (odd is XmlException or DecoderFallbackException)
        {
            throw new SamlException($"It is not XML that is taken here; {Where(odd)}.");
        }
    }

    /// <summary>The parser's own words quote the text.</summary>
    private static string Where(Exception odd) =>
        odd switch
        {
            XmlException { LineNumber: > 0 } xml => $"it goes wrong in line {xml.LineNumber}, column {xml.LinePosition}",
            XmlException => "it is too long or declares a document type (DTD)",
            _ => "it is not UTF-8",
        };

    public static IEnumerable<XmlElement> Children(this XmlElement parent, string space, string name) =>
        parent.ChildNodes.OfType<XmlElement>().Where(e => e.LocalName == name && e.NamespaceURI == space);

    /// <exception cref="SamlException">There are two of them.</exception>
    public static XmlElement? Child(this XmlElement parent, string space, string name)
    {
        var all = parent.Children(space, name).Take(2).ToList();
        return all.Count < 2 ? all.FirstOrDefault() : throw new SamlException($"<{parent.LocalName}> has several <{name}>.");
    }

    public static XmlElement OnlyChild(this XmlElement parent, string space, string name) =>
        parent.Child(space, name) ?? throw new SamlException($"<{parent.LocalName}> has no <{name}>.");

    /// <returns>Null if the attribute is not there.</returns>
    public static string? Attribute(this XmlElement element, string name) => element.GetAttributeNode(name)?.Value;

    /// <summary>All of the text: a comment in the middle, which signatures do not cover, cuts nothing off.</summary>
    public static string Text(this XmlElement element) =>
        element.ChildNodes.OfType<XmlElement>().Any()
            ? throw new SamlException($"<{element.LocalName}> holds elements where text was expected.")
            : string.Concat(element.ChildNodes.OfType<XmlCharacterData>().Where(n => n is not XmlComment).Select(n => n.Data)).Trim();

    public static DateTimeOffset? Time(this XmlElement element, string name) =>
        element.Attribute(name) is not { } text ? null
        : DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
        : throw new SamlException($"{name} is not a time: '{text}'.");

    public static IEnumerable<XmlElement> Everything(this XmlDocument document) => document.GetElementsByTagName("*").OfType<XmlElement>();

    // Signatures are canonicalized by recursion: depth is stack.
    private static void RefuseDepth(byte[] bytes, XmlReaderSettings settings)
    {
        using var reader = XmlReader.Create(new MemoryStream(bytes), settings);
        while (reader.Read())
        {
            if (reader.Depth > DeepestNesting)
            {
                throw new SamlException($"It is nested more than {DeepestNesting} deep.");
            }
        }
    }
}
