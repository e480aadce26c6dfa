using System.Text;
using Server.Diffs;

namespace Server.Updates.Reports;

/// <summary>
/// Messages as the CLI colours them: <c>&lt;{%fg 1%}&gt;red&lt;{%reset%}&gt;</c>. What it sends raw is shown in our own colours; codes for terminals
/// that programs print are left out.
/// </summary>
public static class Markup
{
    private const string Open = "<{%";
    private const string Close = "%}>";

    /// <returns>Stretches of text with the name of their style, which is empty for plain text.</returns>
    public static List<(string Text, string Style)> Parse(string message)
    {
        var parts = new List<(string, string)>();
        var style = "";
        var rest = message.AsSpan();
        while (rest.IndexOf(Open) is >= 0 and var start && rest[start..].IndexOf(Close) is >= 0 and var length)
        {
            Add(parts, rest[..start], style);
            style = Style(rest.Slice(start + Open.Length, length - Open.Length), style);
            rest = rest[(start + length + Close.Length)..];
        }
        Add(parts, rest, style);
        return parts;
    }

    public static string Plain(string message) => string.Concat(Parse(message).Select(part => part.Text)).Trim();

    private static string Style(ReadOnlySpan<char> directive, string before) =>
        directive switch
        {
            "reset" => "",
            "bold" => "bold",
            "underline" => "underlined",
            "fg 1" or "fg 9" => "red",
            "fg 2" or "fg 10" => "green",
            "fg 3" or "fg 11" => "yellow",
            "fg 4" or "fg 12" or "fg 6" or "fg 14" => "blue",
            "fg 5" or "fg 13" => "magenta",
            _ => before,
        };

    private static void Add(List<(string, string)> parts, ReadOnlySpan<char> text, string style)
    {
        if (!text.IsEmpty)
        {
            parts.Add((Readable.Of(WithoutTerminalCodes(text)), style));
        }
    }

    /// <summary>ESC, <c>[</c>, parameters, a letter.</summary>
    private static string WithoutTerminalCodes(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\e'))
        {
            return text.ToString();
        }
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\e' || i + 1 == text.Length || text[i + 1] != '[')
            {
                plain.Append(text[i]);
                continue;
            }
            i += 2;
            while (i < text.Length && text[i] is < '@' or > '~')
            {
                i++;
            }
        }
        return plain.ToString();
    }
}
