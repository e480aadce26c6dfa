namespace Cli.Env;

/// <summary>What a text has that another has not: lines with <c>+</c>, <c>-</c> and a space.</summary>
internal static class LineDiff
{
    public static IEnumerable<string> Of(string[] before, string[] after)
    {
        var common = Common(before, after);
        var (i, j) = (0, 0);
        while (i < before.Length || j < after.Length)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                yield return "  " + before[i++];
                j++;
            }
            else if (i < before.Length && (j == after.Length || common[i + 1, j] >= common[i, j + 1]))
            {
                yield return "- " + before[i++];
            }
            else
            {
                yield return "+ " + after[j++];
            }
        }
    }

    /// <summary>How many lines the ends of both have in common, from each place on.</summary>
    private static int[,] Common(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }
        return common;
    }
}
