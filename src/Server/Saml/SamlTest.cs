namespace Server.Saml;

/// <summary>The result of trying an identity provider, for the settings page.</summary>
public static class SamlTest
{
    /// <summary>Of the flash that carries it.</summary>
    public const string Name = "saml-test";

    private const int LongestText = 1500; // it travels in a cookie

    public static string Describe(SamlIdentity identity)
    {
        var person = SamlPerson.Of(identity);
        var lines = new List<string>
        {
            $"NameID: {identity.NameId} ({identity.NameIdFormat})",
            $"E-mail: {person.Email ?? "none: a first sign-in would be refused"}",
            $"Name: {(person.Name.Length > 0 ? person.Name : "none")}",
            $"Session: {(identity.SessionUntil is { } end ? $"until {end:u}" : "12 hours, since the identity provider does not say")}",
            $"Attributes: {(identity.Attributes.Count > 0 ? string.Join(", ", identity.Attributes.Keys) : "none")}",
        };
        var text = string.Join('\n', lines);
        return text.Length <= LongestText ? text : text[..LongestText];
    }
}
