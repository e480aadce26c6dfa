namespace Server.Updates.Reports;

/// <summary>Paths as the engine writes them: <c>a.b[0]["c.d"]</c>.</summary>
public static class PropertyPath
{
    public static List<string> Parse(string path)
    {
        var steps = new List<string>();
        var rest = path.AsSpan();
        while (!rest.IsEmpty)
        {
            var quoted = rest.StartsWith("[\"");
            var end =
                quoted ? rest.IndexOf("\"]")
                : rest[0] == '[' ? rest.IndexOf(']')
                : rest.IndexOfAny('.', '[');
            end = end < 0 ? rest.Length : end;
            var start =
                quoted ? 2
                : rest[0] == '[' ? 1
                : 0;
            if (end > start)
            {
                steps.Add(rest[start..end].Trim('"').ToString());
            }
            rest = rest[
                Math.Min(
                    rest.Length,
                    end
                        + (
                            quoted ? 2
                            : rest[0] == '[' ? 1
                            : 0
                        )
                )..
            ];
            rest = rest.StartsWith(".") ? rest[1..] : rest;
        }
        return steps;
    }
}
