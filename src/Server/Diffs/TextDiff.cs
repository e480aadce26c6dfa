namespace Server.Diffs;

/// <summary>What changed between two texts of several lines.</summary>
public static class TextDiff
{
    /// <summary>Equal lines shown around a change.</summary>
    private const int Around = 2;

    /// <summary>Beyond this many comparisons everything in between counts as changed.</summary>
    private const int MostWork = 1_000_000;

    public static IEnumerable<(Mark Mark, string Line)> Of(string old, string now)
    {
        var (a, b) = (Lines(old), Lines(now));
        var head = 0;
        while (head < Math.Min(a.Length, b.Length) && a[head] == b[head])
        {
            head++;
        }
        var tail = 0;
        while (tail < Math.Min(a.Length, b.Length) - head && a[^(tail + 1)] == b[^(tail + 1)])
        {
            tail++;
        }
        var before = Math.Max(0, head - Around);
        return
        [
            .. Skipped(before),
            .. a[before..head].Select(line => (Mark.Same, line)),
            .. Middle(a[head..^tail], b[head..^tail]),
            .. a[^tail..].Take(Around).Select(line => (Mark.Same, line)),
            .. Skipped(tail - Around),
        ];
    }

    public static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');

    private static IEnumerable<(Mark, string)> Skipped(int lines) =>
        lines switch
        {
            <= 0 => [],
            1 => [(Mark.Same, "⋯ 1 equal line")],
            _ => [(Mark.Same, $"⋯ {lines} equal lines")],
        };

    private static List<(Mark, string)> Middle(string[] a, string[] b)
    {
        if ((long)a.Length * b.Length > MostWork)
        {
            return [.. a.Select(line => (Mark.Removed, line)), .. b.Select(line => (Mark.Added, line))];
        }
        var common = Common(a, b);
        var lines = new List<(Mark, string)>();
        var (i, j) = (0, 0);
        while (i < a.Length || j < b.Length)
        {
            if (i < a.Length && j < b.Length && a[i] == b[j])
            {
                lines.Add((Mark.Same, a[i++]));
                j++;
            }
            else if (i < a.Length && (j == b.Length || common[i + 1, j] >= common[i, j + 1]))
            {
                lines.Add((Mark.Removed, a[i++]));
            }
            else
            {
                lines.Add((Mark.Added, b[j++]));
            }
        }
        return lines;
    }

    /// <returns>How many lines the rests of both have in common, from each pair of places on.</returns>
    private static int[,] Common(string[] a, string[] b)
    {
        var common = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
        {
            for (var j = b.Length - 1; j >= 0; j--)
            {
                common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }
        return common;
    }
}
