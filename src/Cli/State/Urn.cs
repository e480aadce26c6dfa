namespace Cli.State;

/// <summary><c>urn:pulumi:stack::project::type::name</c>; the name may hold <c>::</c> itself.</summary>
internal sealed record Urn(string Stack, string Project, string QualifiedType, string Name)
{
    public const string StackType = "pulumi:pulumi:Stack";
    private const string Prefix = "urn:pulumi:";

    /// <summary>The last of the types that the parents' come before.</summary>
    public string Type => QualifiedType[(QualifiedType.LastIndexOf('$') + 1)..];

    /// <returns>Null when it is none.</returns>
    public static Urn? Parse(string? text)
    {
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }
        var parts = text[Prefix.Length..].Split("::", 4);
        return parts.Length == 4 ? new(parts[0], parts[1], parts[2], parts[3]) : null;
    }

    public override string ToString() => $"{Prefix}{Stack}::{Project}::{QualifiedType}::{Name}";
}

/// <summary><c>urn::id</c>, which is how a resource names its provider.</summary>
internal static class ProviderReference
{
    /// <returns>The URN, and the id with its separator.</returns>
    public static (string Urn, string Id) Split(string reference)
    {
        var at = reference.LastIndexOf("::", StringComparison.Ordinal);
        return at < 0 ? (reference, "") : (reference[..at], reference[at..]);
    }
}
