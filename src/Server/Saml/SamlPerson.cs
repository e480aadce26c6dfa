using System.Net.Mail;

namespace Server.Saml;

/// <summary>Who an assertion is about, in our terms. Identity providers have different names for the same attributes.</summary>
public sealed record SamlPerson(string? Email, string Name)
{
    private static readonly string[] Emails =
    [
        "email",
        "mail",
        "emailAddress",
        "urn:oid:0.9.2342.19200300.100.1.3",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    ];

    private static readonly string[] FirstNames =
    [
        "firstName",
        "givenName",
        "urn:oid:2.5.4.42",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
    ];

    private static readonly string[] LastNames =
    [
        "lastName",
        "surname",
        "sn",
        "urn:oid:2.5.4.4",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
    ];

    public static SamlPerson Of(SamlIdentity identity)
    {
        var email = First(identity, Emails) ?? identity.NameId;
        var name = string.Join(' ', new[] { First(identity, FirstNames), First(identity, LastNames) }.OfType<string>());
        return new(MailAddress.TryCreate(email, out var address) && address.Address == email ? email : null, name);
    }

    private static string? First(SamlIdentity identity, string[] names) =>
        names.Select(n => identity.Attributes.GetValueOrDefault(n)).FirstOrDefault(v => !string.IsNullOrWhiteSpace(v));
}
