namespace Cli.Config.Yaml;

/// <summary>Finding one's way in a text of lines.</summary>
internal static class YamlLines
{
    private static readonly System.Buffers.SearchValues<char> Breaks = System.Buffers.SearchValues.Create("\r\n");

    public static int LineStart(this string text, int position)
    {
        var before = text.AsSpan(0, position).LastIndexOfAny(Breaks);
        return before + 1;
    }

    /// <summary>Where the line of a position ends, before the line break.</summary>
    public static int LineEnd(this string text, int position)
    {
        var found = text.AsSpan(position).IndexOfAny(Breaks);
        return found < 0 ? text.Length : position + found;
    }

    /// <summary>Where the line after that of a position begins.</summary>
    public static int NextLine(this string text, int position)
    {
        var end = text.LineEnd(position);
        return end == text.Length ? end
            : text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2
            : end + 1;
    }

    public static int Column(this string text, int position) => position - text.LineStart(position);

    public static bool HasBreak(this string text, int from, int to) => text.AsSpan(from, to - from).ContainsAny(Breaks);

    public static bool IsBlank(this string text, int from, int to) => text.AsSpan(from, to - from).IsWhiteSpace();

    /// <summary>Past white space, line breaks and comments.</summary>
    public static int SkipBlanks(this string text, int position)
    {
        while (position < text.Length)
        {
            if (char.IsWhiteSpace(text[position]))
            {
                position++;
            }
            else if (text[position] == '#')
            {
                position = text.LineEnd(position);
            }
            else
            {
                break;
            }
        }
        return position;
    }

    /// <summary>The line break that the text uses first.</summary>
    public static string LineBreak(this string text)
    {
        var end = text.LineEnd(0);
        return end < text.Length && text[end] == '\r' ? text[end..text.NextLine(0)] : "\n";
    }
}
