using System.Globalization;
using System.Text;

namespace Server.Diffs;

/// <summary>Texts of strangers, fit to be looked at.</summary>
public static class Readable
{
    /// <summary>Without characters that cannot be seen, apart from line ends and tabs.</summary>
    public static string Of(string text) => text.Any(IsUnseen) ? string.Concat(text.Select(c => IsUnseen(c) ? '\uFFFD' : c)) : text;

    /// <summary>A long text without its middle, where names of the same kind are alike.</summary>
    public static string Short(string text, int most)
    {
        if (text.Length <= most)
        {
            return Of(text);
        }
        var (head, tail) = (most * 2 / 3, most / 3);
        head -= head > 0 && char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        tail -= tail > 0 && char.IsLowSurrogate(text[^tail]) ? 1 : 0;
        return Of(new StringBuilder().Append(text, 0, head).Append('…').Append(text, text.Length - tail, tail).ToString());
    }

    /// <summary>As <see cref="Short"/>, with how long it is.</summary>
    public static string Counted(string text, int most) =>
        text.Length <= most
            ? Of(text)
            : string.Create(CultureInfo.InvariantCulture, $"{Short(text, most)} ({text.Length:N0} characters in all)");

    private static bool IsUnseen(char c) => char.IsControl(c) && c is not ('\n' or '\t');
}
