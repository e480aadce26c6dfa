using System.Text;

namespace Server.Accounts;

/// <summary>
/// Passwords that are tried first: common words, and words that belong to the person or the service, with digits and signs about them, letters replaced by
/// digits, repeated, or two of them. Almost all of the commonest passwords of our length are made so.
/// </summary>
public static class GuessablePassword
{
    private const int ShortestWord = 3;

    private static readonly HashSet<string> Common = Read();

    /// <param name="context">What an attacker knows: names, the address, the service.</param>
    public static bool Is(string password, IEnumerable<string> context)
    {
        var known = context
            .Select(c => Letters(c, undo: false))
            .Where(w => w.Length >= ShortestWord)
            .Concat(Common)
            .ToHashSet(StringComparer.Ordinal);
        return IsMadeOf(known, Letters(password, undo: true)) || IsMadeOf(known, Letters(password, undo: false));
    }

    /// <summary>Nothing at all is digits and signs only: dates and telephone numbers.</summary>
    private static bool IsMadeOf(HashSet<string> known, string letters)
    {
        return letters.Length == 0
            || known.Any(word =>
                letters.Contains(word, StringComparison.Ordinal) && IsRest(letters.Replace(word, "", StringComparison.Ordinal))
            );

        bool IsRest(string rest) =>
            rest.Length <= 2 || known.Contains(rest) || known.Any(w => rest.Replace(w, "", StringComparison.Ordinal).Length == 0);
    }

    /// <summary>Its letters in lower case, without what stands around them.</summary>
    /// <param name="undo">With the usual replacements of letters undone.</param>
    private static string Letters(string text, bool undo)
    {
        var letters = new StringBuilder();
        foreach (var c in text.ToLowerInvariant().AsSpan().Trim("0123456789 !?.,;:_-+*#/\\()[]{}<>=&%$§~^'\"`|"))
        {
            var meant = c switch
            {
                _ when !undo => c,
                '0' => 'o',
                '1' or '!' or '|' => 'i',
                '3' => 'e',
                '4' or '@' => 'a',
                '5' or '$' => 's',
                '7' => 't',
                _ => c,
            };
            if (char.IsLetter(meant))
            {
                letters.Append(meant);
            }
        }
        return letters.ToString();
    }

    private static HashSet<string> Read()
    {
        using var stream = typeof(GuessablePassword).Assembly.GetManifestResourceStream("Server.Accounts.common-words.txt")!;
        using var reader = new StreamReader(stream);
        return reader
            .ReadToEnd()
            .Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
            .Where(w => w.Length >= ShortestWord)
            .ToHashSet(StringComparer.Ordinal);
    }
}
