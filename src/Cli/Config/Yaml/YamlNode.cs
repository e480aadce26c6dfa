using YamlDotNet.Core;

namespace Cli.Config.Yaml;

internal enum NodeKind
{
    Scalar,
    Alias,
    Map,
    List,
}

/// <summary>A node and where it stands in the text.</summary>
internal sealed class YamlNode
{
    public required NodeKind Kind { get; init; }

    /// <summary>With its anchor and tag.</summary>
    public required int Start { get; init; }

    /// <summary>After its last character; comments and blank lines below are not part of it.</summary>
    public int End { get; set; }

    public required string? Anchor { get; init; }
    public required string? Tag { get; init; }

    /// <summary>Of a scalar, what it says; of an alias, the anchor's name.</summary>
    public string Text { get; init; } = "";
    public ScalarStyle Style { get; init; }

    /// <summary>In brackets, where line breaks and indentation mean nothing.</summary>
    public bool IsFlow { get; init; }

    /// <summary>Of a map or list, in order.</summary>
    public List<YamlEntry> Entries { get; } = [];

    /// <summary>What an alias stands for.</summary>
    public YamlNode? Target { get; init; }

    public bool IsEmpty => Start == End;
    public bool IsBlockScalar => Style is ScalarStyle.Literal or ScalarStyle.Folded;
    public bool IsBlockCollection => Kind is NodeKind.Map or NodeKind.List && !IsFlow;
    public bool HasProperties => Anchor is not null || Tag is not null;

    public IEnumerable<YamlNode> Tree =>
        Entries.SelectMany(entry => entry.Key is null ? entry.Value.Tree : entry.Key.Tree.Concat(entry.Value.Tree)).Prepend(this);
}

/// <summary>A member of a map, or an element of a list.</summary>
/// <param name="Key">Null in a list.</param>
/// <param name="Start">Of its key, its <c>?</c>, or its dash.</param>
/// <param name="After">After its colon or dash: where the value may begin. In a flow list, where the value begins.</param>
internal sealed record YamlEntry(YamlNode? Key, YamlNode Value, int Start, int After)
{
    public int End => Math.Max(Value.End, After);

    /// <summary>A member without a colon, as in <c>{a}</c>.</summary>
    public bool LacksColon => Key is not null && After == Key.End;
}
