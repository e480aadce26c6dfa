using YamlDotNet.Core;

namespace Cli.Config.Yaml;

/// <summary>Changes between brackets.</summary>
internal static class YamlFlow
{
    public static string Add(string text, YamlNode node, PathStep step, YamlValue value, YamlStyle style)
    {
        if (node.Entries.Count == 0)
        {
            var column = Indentation(text, node.Start);
            return text[..node.Start] + YamlWriting.Flow(YamlValue.Null.With([step], value), style, column) + text[node.End..];
        }
        var last = node.Entries[^1];
        var ownLine = text.IsBlank(text.LineStart(last.Start), last.Start);
        var indentation = Indentation(text, last.Start);
        var separator = ownLine ? style.LineBreak + new string(' ', indentation) : " ";
        var entry = step.Name is { } name
            ? YamlWriting.FlowMember(name, value, style, indentation)
            : YamlWriting.Flow(value, style, indentation);
        var comma = text.SkipBlanks(last.End);
        return comma < text.Length && text[comma] == ','
            ? text.Insert(comma + 1, separator + entry + ",")
            : text.Insert(last.End, "," + separator + entry);
    }

    public static string Replace(string text, YamlEntry slot, YamlValue value, YamlStyle style, ScalarStyle preferred)
    {
        var written = YamlWriting.Flow(value, style, Indentation(text, slot.Start), preferred);
        var node = slot.Value;
        return slot.LacksColon ? text.Insert(slot.After, ": " + written)
            : node.IsEmpty ? text.Insert(slot.After, (slot.Key is null ? "" : " ") + written)
            : text[..node.Start] + written + text[node.End..];
    }

    private static int Indentation(string text, int position)
    {
        var start = text.LineStart(position);
        var end = start;
        while (end < position && text[end] == ' ')
        {
            end++;
        }
        return end - start;
    }
}
