namespace Cli.Config.Yaml;

/// <summary>Taking out an entry that has others beside it.</summary>
internal static class YamlRemoval
{
    public static string Remove(string text, YamlNode parent, YamlEntry entry)
    {
        var index = parent.Entries.IndexOf(entry);
        var next = parent.Entries.ElementAtOrDefault(index + 1);
        if (parent.IsFlow)
        {
            return next is null ? Cut(text, parent.Entries[index - 1].End, entry.End) : Cut(text, entry.Start, next.Start);
        }
        if (text.IsBlank(text.LineStart(entry.Start), entry.Start))
        {
            return RemoveLines(text, entry);
        }
        // It shares its line with the dash of a list; what follows takes its place there, unless a comment is between.
        var end = text.LineEnd(entry.End);
        return text.IsBlank(end, next!.Start) ? Cut(text, entry.Start, next.Start) : Cut(text, entry.Start, end);
    }

    public static string RemoveLines(string text, YamlEntry entry)
    {
        var (from, to) = (text.LineStart(entry.Start), text.NextLine(entry.End));
        var isLastWithoutBreak = to == text.Length && text.LineEnd(entry.End) == text.Length;
        if (isLastWithoutBreak && from > 0)
        {
            from -= from > 1 && text[from - 1] == '\n' && text[from - 2] == '\r' ? 2 : 1;
        }
        return Cut(text, from, to);
    }

    private static string Cut(string text, int from, int to) => string.Concat(text.AsSpan(0, from), text.AsSpan(to));
}
