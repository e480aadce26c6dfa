namespace Server.Oidc;

/// <summary>Patterns of claims: <c>*</c> is any run of characters, <c>?</c> none or one, <c>.</c> exactly one. Everything else means itself.</summary>
public static class Glob
{
    /// <summary>Costs at most pattern times text, whatever both are.</summary>
    public static bool Fits(string pattern, string text)
    {
        // reached[i]: the pattern up to here fits the first i characters.
        var reached = new bool[text.Length + 1];
        reached[0] = true;
        foreach (var c in pattern)
        {
            var next = new bool[text.Length + 1];
            for (var i = 0; i <= text.Length; i++)
            {
                var before = i > 0 && reached[i - 1];
                next[i] = c switch
                {
                    '*' => reached[i] || (i > 0 && next[i - 1]),
                    '?' => reached[i] || before,
                    '.' => before,
                    _ => before && text[i - 1] == c,
                };
            }
            reached = next;
        }
        return reached[text.Length];
    }
}
