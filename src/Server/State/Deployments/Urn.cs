namespace Server.State;

/// <summary><c>urn:pulumi:{stack}::{project}::{qualifiedType}::{name}</c>; a name may itself contain <c>::</c>.</summary>
internal readonly record struct Urn(string Stack, string Project, string QualifiedType, string Name)
{
    public const string StackType = "pulumi:pulumi:Stack";
    private const string Prefix = "urn:pulumi:";

    /// <summary>The type's own name, without those of its parents.</summary>
    public string OwnType => QualifiedType[(QualifiedType.LastIndexOf('$') + 1)..];

    public static bool TryParse(string text, out Urn urn)
    {
        var parts = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].Split("::", 4) : [];
        urn = parts.Length == 4 ? new(parts[0], parts[1], parts[2], parts[3]) : default;
        return parts.Length == 4;
    }

    public override string ToString() => $"{Prefix}{Stack}::{Project}::{QualifiedType}::{Name}";

    /// <summary>A provider reference is <c>{urn}::{id}</c>, and splits at its last <c>::</c>.</summary>
    /// <returns>Where the URN ends; -1 if this is no reference.</returns>
    public static int EndInProvider(ReadOnlySpan<byte> reference)
    {
        var end = reference.LastIndexOf("::"u8);
        return end > 0 && end + 2 < reference.Length && reference.StartsWith("urn:"u8) ? end : -1;
    }
}
