using System.Globalization;
using Server.Console;

namespace Server.Diffs;

/// <summary>Texts of strangers, fit to be looked at.</summary>
public static class Readable
{
    /// <summary>Without characters that cannot be seen, apart from line ends and tabs.</summary>
    public static string Of(string text) => text.Any(IsUnseen) ? string.Concat(text.Select(c => IsUnseen(c) ? '\uFFFD' : c)) : text;

    /// <summary>A long text without its middle.</summary>
    public static string Short(string text, int most) => Of(ShortText.Of(text, most));

    /// <summary>As <see cref="Short"/>, with how long it is.</summary>
    public static string Counted(string text, int most) =>
        text.Length <= most
            ? Of(text)
            : string.Create(CultureInfo.InvariantCulture, $"{Short(text, most)} ({text.Length:N0} characters in all)");

    private static bool IsUnseen(char c) => char.IsControl(c) && c is not ('\n' or '\t');
}
