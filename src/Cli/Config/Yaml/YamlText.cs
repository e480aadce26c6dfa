using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Cli.Config.Yaml;

/// <summary>A document: its text, and what stands where in it.</summary>
internal sealed class YamlText
{
    private readonly Dictionary<string, YamlNode> anchors = new(StringComparer.Ordinal);
    private readonly HashSet<YamlNode> open = [];
    private YamlValue? said;

    private YamlText(string text) => Text = text;

    public string Text { get; }

    /// <summary>Null when the document says nothing.</summary>
    public YamlNode? Root { get; private set; }

    /// <summary>Where the document ends: at <c>...</c>, or with the text.</summary>
    public int End { get; private set; }

    public string LineBreak => Text.LineBreak();

    /// <summary>An empty document is an empty map.</summary>
    public YamlValue Value =>
        said ??=
            Root is { } root && YamlReading.ValueOf(root) is var whole and not YamlScalar { Kind: ScalarKind.Null } ? whole : YamlMap.Empty;

    /// <exception cref="UserErrorException">It is not YAML, or more than one document.</exception>
    public static YamlText Parse(string text)
    {
        var document = new YamlText(text) { End = text.Length };
        try
        {
            document.Read(new Parser(new StringReader(text)));
        }
        catch (YamlException problem)
        {
            throw new UserErrorException($"yaml: line {problem.Start.Line}: {problem.Message}");
        }
        return document;
    }

    private void Read(IParser parser)
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            return;
        }
        parser.Consume<DocumentStart>();
        var root = ReadNode(parser, inFlow: false);
        var end = parser.Consume<DocumentEnd>();
        if (!end.IsImplicit)
        {
            End = (int)end.Start.Index;
        }
        if (!parser.Accept<StreamEnd>(out _))
        {
            throw new UserErrorException("yaml: the file has more than one document");
        }
        Root = root is { Kind: NodeKind.Scalar, IsEmpty: true } ? null : root;
    }

    private YamlNode ReadNode(IParser parser, bool inFlow)
    {
        switch (parser.Consume<ParsingEvent>())
        {
            case AnchorAlias alias:
                var name = alias.Value.Value;
                return new YamlNode
                {
                    Kind = NodeKind.Alias,
                    Start = (int)alias.Start.Index,
                    End = (int)alias.End.Index,
                    Anchor = null,
                    Tag = null,
                    Text = name,
                    IsFlow = inFlow,
                    Target =
                        anchors.TryGetValue(name, out var target) && !open.Contains(target)
                            ? target
                            : throw new YamlException(alias.Start, alias.End, $"unknown anchor '{name}' referenced"),
                };
            case Scalar scalar:
                return Noted(Read(scalar, inFlow));
            case MappingStart map:
                return ReadMap(parser, map, inFlow || map.Style == MappingStyle.Flow);
            case SequenceStart list:
                return ReadList(parser, list, inFlow || list.Style == SequenceStyle.Flow);
            case var other:
                throw new YamlException(other.Start, other.End, "did not find a value");
        }
    }

    private YamlNode Noted(YamlNode node)
    {
        if (node.Anchor is not null)
        {
            anchors[node.Anchor] = node;
        }
        return node;
    }

    private YamlNode Read(Scalar scalar, bool inFlow) =>
        new()
        {
            Kind = NodeKind.Scalar,
            Start = Math.Min((int)scalar.Start.Index, Text.Length),
            End = scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded
                ? EndOfBlockScalar(scalar)
                : Math.Min((int)scalar.End.Index, Text.Length),
            Anchor = AnchorOf(scalar),
            Tag = TagOf(scalar),
            Text = scalar.Value,
            Style = scalar.Style,
            IsFlow = inFlow,
        };

    /// <summary>The parser counts blank lines below to the scalar; they belong to it only where they are kept.</summary>
    private int EndOfBlockScalar(Scalar scalar)
    {
        var end = Math.Min((int)scalar.End.Index, Text.Length);
        var header = Text.AsSpan((int)scalar.Start.Index, Text.LineEnd((int)scalar.Start.Index) - (int)scalar.Start.Index);
        var comment = header.IndexOf(" #", StringComparison.Ordinal);
        var keeps = (comment < 0 ? header : header[..comment]).Contains('+');
        while (end > 0 && Text[end - 1] is '\n' or '\r')
        {
            end -= Text[end - 1] == '\n' && end > 1 && Text[end - 2] == '\r' ? 2 : 1;
            var start = Text.LineStart(end);
            if (keeps || !Text.IsBlank(start, end))
            {
                break;
            }
            end = start;
        }
        return end;
    }

    private YamlNode ReadMap(IParser parser, MappingStart start, bool inFlow)
    {
        var map = Noted(Collection(NodeKind.Map, start, inFlow));
        open.Add(map);
        var position = AfterProperties(map);
        var names = new HashSet<string>(StringComparer.Ordinal);
        MappingEnd? end;
        while (!parser.TryConsume<MappingEnd>(out end))
        {
            var key = ReadNode(parser, inFlow);
            if (key.Kind != NodeKind.Scalar)
            {
                throw new YamlException(Mark.Empty, Mark.Empty, "a key of a map has to be a plain name");
            }
            if (!names.Add(key.Text))
            {
                throw new UserErrorException(
                    $"yaml: line {Text.AsSpan(0, key.Start).Count('\n') + 1}: mapping key \"{key.Text}\" already defined"
                );
            }
            position = Text.SkipBlanks(position);
            var entryStart = position < key.Start && Text[position] == '?' ? position : key.Start;
            var value = ReadNode(parser, inFlow);
            var colon = Text.SkipBlanks(key.End);
            var after = colon < Text.Length && Text[colon] == ':' ? colon + 1 : key.End;
            var entry = new YamlEntry(key, Placed(value, after), entryStart, after);
            map.Entries.Add(entry);
            position = AfterSeparator(entry.End, inFlow);
        }
        return Closed(map, end);
    }

    private YamlNode ReadList(IParser parser, SequenceStart start, bool inFlow)
    {
        var list = Noted(Collection(NodeKind.List, start, inFlow));
        open.Add(list);
        var position = AfterProperties(list);
        SequenceEnd? end;
        while (!parser.TryConsume<SequenceEnd>(out end))
        {
            var dash = Text.SkipBlanks(position);
            var value = ReadNode(parser, inFlow);
            var entry = inFlow
                ? new YamlEntry(null, value, value.Start, value.Start)
                : new YamlEntry(null, Placed(value, dash + 1), dash, dash + 1);
            list.Entries.Add(entry);
            position = AfterSeparator(entry.End, inFlow);
        }
        return Closed(list, end);
    }

    // The parser places a value that is not there at the next thing that is.
    private static YamlNode Placed(YamlNode value, int after) =>
        value is { Kind: NodeKind.Scalar, IsEmpty: true, HasProperties: false }
            ? new YamlNode
            {
                Kind = NodeKind.Scalar,
                Start = after,
                End = after,
                Anchor = null,
                Tag = null,
                Style = ScalarStyle.Plain,
                IsFlow = value.IsFlow,
            }
            : value;

    private static YamlNode Collection(NodeKind kind, NodeEvent start, bool inFlow) =>
        new()
        {
            Kind = kind,
            Start = (int)start.Start.Index,
            Anchor = AnchorOf(start),
            Tag = TagOf(start),
            IsFlow = inFlow,
        };

    private YamlNode Closed(YamlNode node, ParsingEvent end)
    {
        open.Remove(node);
        var position = (int)end.Start.Index;
        var hasBracket = position < Text.Length && Text[position] is '}' or ']' && Text[AfterProperties(node) - 1] is '{' or '[';
        node.End =
            node.IsFlow && hasBracket ? position + 1
            : node.Entries.Count > 0 ? node.Entries[^1].End
            : position;
        return node;
    }

    /// <summary>Where the content of a collection begins, after its anchor, its tag and its bracket.</summary>
    private int AfterProperties(YamlNode node)
    {
        var position = node.Start;
        while (node.HasProperties && position < Text.Length && Text[position] is '&' or '!')
        {
            position = Text.SkipBlanks(EndOfWord(position));
        }
        return node.IsFlow && position < Text.Length && Text[position] is '{' or '[' ? position + 1 : position;
    }

    public int EndOfWord(int position)
    {
        while (position < Text.Length && !char.IsWhiteSpace(Text[position]))
        {
            position++;
        }
        return position;
    }

    private int AfterSeparator(int position, bool inFlow)
    {
        var next = Text.SkipBlanks(position);
        return inFlow && next < Text.Length && Text[next] == ',' ? next + 1 : position;
    }

    private static string? AnchorOf(NodeEvent node) => node.Anchor.IsEmpty ? null : node.Anchor.Value;

    private static string? TagOf(NodeEvent node) => node.Tag.IsEmpty ? null : node.Tag.Value;
}
