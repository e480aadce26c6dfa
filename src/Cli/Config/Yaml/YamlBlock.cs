namespace Cli.Config.Yaml;

/// <summary>Replacing what stands behind a colon or dash, where line breaks and indentation say what belongs together.</summary>
internal static class YamlBlock
{
    public static string Replace(YamlText document, YamlEntry slot, Written value)
    {
        var (text, node) = (document.Text, slot.Value);
        var begins = text.HasBreak(slot.After, node.Start);
        if (node.IsEmpty)
        {
            return Splice(text, slot.After, slot.After, Spaced(value.Head), text.LineEnd(slot.After), text.LineEnd(slot.After), value.Body);
        }
        if (begins && !node.IsBlockCollection && value.Body.Length == 0)
        {
            return text[..node.Start] + value.Head + text[node.End..];
        }
        if (begins)
        {
            var head = text.LineEnd(slot.After);
            return Splice(text, slot.After, slot.After, Spaced(value.Head), head, text.LineEnd(node.End), value.Body);
        }
        var (from, to) = (value.Head.Length == 0 ? slot.After : node.Start, EndOfHead(document, node));
        var headText = from == slot.After ? Spaced(value.Head) : value.Head;
        var hasBody = to < node.End;
        return Splice(text, from, to, headText, text.LineEnd(to), hasBody ? text.LineEnd(node.End) : text.LineEnd(to), value.Body);
    }

    /// <summary>Where on the line of the colon or dash the value stops, before a comment.</summary>
    private static int EndOfHead(YamlText document, YamlNode node)
    {
        var (text, position) = (document.Text, node.Start);
        var isBelow = node.IsBlockCollection && text.HasBreak(node.Start, node.Entries[0].Start);
        if (!node.IsBlockScalar && !isBelow)
        {
            return node.End;
        }
        var words = (node.Anchor is null ? 0 : 1) + (node.Tag is null ? 0 : 1) + (node.IsBlockScalar ? 1 : 0);
        for (var end = position; ; position = text.SkipBlanks(end))
        {
            end = document.EndOfWord(position);
            if (--words == 0)
            {
                return end;
            }
        }
    }

    private static string Spaced(string head) => head.Length > 0 ? " " + head : "";

    private static string Splice(string text, int headFrom, int headTo, string head, int bodyFrom, int bodyTo, string body) =>
        string.Concat(text.AsSpan(0, headFrom), head, text.AsSpan(headTo, bodyFrom - headTo), body) + text[bodyTo..];
}
