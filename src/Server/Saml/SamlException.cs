namespace Server.Saml;

/// <summary>What an identity provider sent is not believed, or cannot be used. The message is shown to people.</summary>
public sealed class SamlException(string message) : Exception(message)
{
    private const int LongestWord = 200;

    /// <summary>
    /// A word of a message for a sentence of ours. Sentences of theirs are left out: anybody can have a browser bring an unsigned message here, and this
    /// site must not say what he likes.
    /// </summary>
    public static string Word(string? text) =>
        text is { Length: > 0 and <= LongestWord }
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '/' or '#' or '.' or '-' or '_')
            ? text
            : "…";
}
