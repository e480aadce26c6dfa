using Wire;

namespace Server.Environments.Language;

/// <summary>A piece of a definition, with where it stands.</summary>
/// <param name="Begin">Index of its first character.</param>
/// <param name="End">Index after its last character.</param>
/// <param name="Size">How many nodes it is, aliases counted as often as they stand there.</param>
public abstract record YamlNode(SourceRange Range, int Begin, int End, long Size);

public enum ScalarKind
{
    Null,
    Boolean,
    Number,
    String,
}

/// <param name="Text">Of a boolean or number as JSON has it.</param>
public sealed record YamlScalar(SourceRange Range, int Begin, int End, string Text, ScalarKind Kind, bool Anchored)
    : YamlNode(Range, Begin, End, 1);

public sealed record YamlSequence(SourceRange Range, int Begin, int End, long Size, IReadOnlyList<YamlNode> Items)
    : YamlNode(Range, Begin, End, Size);

/// <param name="Flow">Is it written with braces?</param>
public sealed record YamlMapping(
    SourceRange Range,
    int Begin,
    int End,
    long Size,
    bool Flow,
    bool Anchored,
    IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> Entries
) : YamlNode(Range, Begin, End, Size)
{
    public YamlNode? Find(string key) => Entries.FirstOrDefault(e => e.Key.Text == key).Value;
}

public sealed record YamlAlias(SourceRange Range, int Begin, int End, YamlNode Target) : YamlNode(Range, Begin, End, Target.Size);
