using Wire;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Server.Environments.Language;

/// <summary>
/// Reads one YAML document. Depth and the number of nodes are limited, aliases counted as often as they stand there: what is read can be walked as if there
/// were none.
/// </summary>
public sealed class YamlReader
{
    private const int DeepestNesting = 64;
    private const long MostNodes = 50_000;

    private readonly SourceText _source;
    private readonly Diagnostics _diagnostics;
    private readonly Parser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);

    private YamlReader(SourceText source, Diagnostics diagnostics) =>
        (_source, _diagnostics, _parser) = (source, diagnostics, new(new StringReader(source.Text)));

    /// <returns>Null for an empty document, and for one that cannot be read: that is then said in <paramref name="diagnostics"/>.</returns>
    public static YamlNode? Read(SourceText source, Diagnostics diagnostics)
    {
        try
        {
            return new YamlReader(source, diagnostics).Document();
        }
        catch (YamlException problem)
        {
            var (begin, end) = (SourceText.Index(problem.Start), SourceText.Index(problem.End));
            diagnostics.Error(Sentence(problem), source.Range(begin, Math.Max(begin, end)));
        }
        catch (Exception odd) when (odd is ArgumentException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            diagnostics.Error("this is no YAML that can be read", source.Range(0, 0)); // the parser has been seen to trip over its own feet
        }
        return null;
    }

    private static string Sentence(YamlException problem)
    {
        var text = problem.InnerException?.Message ?? problem.Message;
        return "invalid YAML: " + char.ToLowerInvariant(text[0]) + text[1..].TrimEnd('.');
    }

    private YamlNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return null;
        }
        _parser.Consume<DocumentStart>();
        var root = Node(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Current is DocumentStart next)
        {
            _diagnostics.Error("a definition is a single YAML document", Range(next, next));
        }
        return root;
    }

    private YamlNode Node(int depth)
    {
        var current = _parser.Current ?? throw new YamlException("the text ends too early");
        if (depth > DeepestNesting)
        {
            throw new YamlException(current.Start, current.End, $"it is nested more than {DeepestNesting} levels deep");
        }
        YamlNode node = current switch
        {
            Scalar => ScalarNode(),
            SequenceStart => Sequence(depth),
            MappingStart => Mapping(depth),
            AnchorAlias => Alias(),
            _ => throw new YamlException(current.Start, current.End, "there is no value here"),
        };
        if (node.Size > MostNodes)
        {
            throw new YamlException(current.Start, current.End, $"it has more than {MostNodes} values");
        }
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _anchors[anchored.Anchor.Value] = node;
        }
        return node;
    }

    private YamlScalar ScalarNode()
    {
        var scalar = _parser.Consume<Scalar>();
        var (text, kind) = YamlScalars.Resolve(scalar);
        var (begin, end) = (SourceText.Index(scalar.Start), SourceText.Index(scalar.End));
        while (end > begin && char.IsWhiteSpace(_source.Text[end - 1]))
        {
            end--; // a block ends where the next line begins
        }
        return new(_source.Range(begin, end), begin, end, text, kind, !scalar.Anchor.IsEmpty);
    }

    private YamlSequence Sequence(int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = new List<YamlNode>();
        var size = 1L;
        while (!_parser.Accept<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
            size = Grown(size, items[^1], start);
        }
        var last = _parser.Consume<SequenceEnd>();
        var (begin, end) = Span(start, last, start.Style == SequenceStyle.Flow, items is [.., var item] ? item : null);
        return new(_source.Range(begin, end), begin, end, size, items);
    }

    private YamlMapping Mapping(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = new List<KeyValuePair<YamlScalar, YamlNode>>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var size = 1L;
        while (!_parser.Accept<MappingEnd>(out _))
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            size = Grown(size + 1, value, start);
            if (key is not YamlScalar scalar)
            {
                _diagnostics.Error("a key must be a string", key.Range);
            }
            else if (!known.Add(scalar.Text))
            {
                _diagnostics.Error($"duplicate key \"{scalar.Text}\"", scalar.Range);
            }
            else
            {
                entries.Add(new(scalar, value));
            }
        }
        var last = _parser.Consume<MappingEnd>();
        var flow = start.Style == MappingStyle.Flow;
        var (begin, end) = Span(start, last, flow, entries is [.., var entry] ? entry.Value : null);
        return new(_source.Range(begin, end), begin, end, size, flow, !start.Anchor.IsEmpty, entries);
    }

    /// <summary>An alias of something that is not finished is one to itself, and unknown.</summary>
    private YamlAlias Alias()
    {
        var alias = _parser.Consume<AnchorAlias>();
        var (begin, end) = (SourceText.Index(alias.Start), SourceText.Index(alias.End));
        return _anchors.TryGetValue(alias.Value.Value, out var target)
            ? new(_source.Range(begin, end), begin, end, target)
            : throw new YamlException(alias.Start, alias.End, $"there is no anchor '{alias.Value.Value}' before this");
    }

    private static long Grown(long size, YamlNode by, ParsingEvent start) =>
        size + by.Size is var grown && grown <= MostNodes
            ? grown
            : throw new YamlException(start.Start, start.End, $"it has more than {MostNodes} values");

    /// <summary>A block's end is told late, after the comments that follow it.</summary>
    private (int Begin, int End) Span(ParsingEvent start, ParsingEvent end, bool flow, YamlNode? last)
    {
        var (begin, bracket) = (SourceText.Index(start.Start), SourceText.Index(end.Start));
        var after = bracket < _source.Text.Length && _source.Text[bracket] is '}' or ']' ? bracket + 1 : bracket; // which the parser leaves out
        return (begin, Math.Max(begin, flow ? after : last?.End ?? SourceText.Index(start.End)));
    }

    private SourceRange Range(ParsingEvent begin, ParsingEvent end) =>
        _source.Range(SourceText.Index(begin.Start), SourceText.Index(end.End));
}
