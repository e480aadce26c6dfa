using System.Globalization;
using System.Text;

namespace Server.Environments.Language;

/// <summary>One step of a property path: a key, or an index into a list.</summary>
public readonly record struct PathStep(string? Key, int Index)
{
    public override string ToString() =>
        Key is null ? string.Create(CultureInfo.InvariantCulture, $"[{Index}]")
        : PropertyPath.IsName(Key) ? "." + Key
        : $"[\"{Key.Replace("\"", "\\\"", StringComparison.Ordinal)}\"]";
}

/// <summary><c>a.b[0]["c.d"]</c></summary>
public static class PropertyPath
{
    private const int Longest = 64;

    public static string Text(IEnumerable<PathStep> path) => string.Concat(path).TrimStart('.');

    public static bool IsName(string key) =>
        key.Length > 0 && key.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or ':' or '$' or '/');

    /// <returns>Null, and what is wrong with it, if it is none.</returns>
    public static IReadOnlyList<PathStep>? Parse(string text, out string problem)
    {
        var (steps, at) = (new List<PathStep>(), 0);
        problem = "";
        while (at < text.Length && problem.Length == 0)
        {
            if (text[at] == '[')
            {
                problem = Subscript(text, ref at, steps);
            }
            else if (text[at] == '.' && steps.Count == 0)
            {
                problem = "a property path begins with a name";
            }
            else
            {
                at += text[at] == '.' ? 1 : 0;
                var end = text.AsSpan(at).IndexOfAny('.', '[') is var next and >= 0 ? at + next : text.Length;
                problem = end == at ? "there is a name missing in the property path" : "";
                steps.Add(new(text[at..end], 0));
                at = end;
            }
        }
        problem =
            problem.Length > 0 ? problem
            : steps.Count == 0 ? "the property path is empty"
            : steps.Count > Longest ? $"a property path has at most {Longest} steps"
            : "";
        return problem.Length == 0 ? steps : null;
    }

    private static string Subscript(string text, ref int at, List<PathStep> steps)
    {
        if (at + 1 < text.Length && text[at + 1] == '"')
        {
            return Quoted(text, ref at, steps);
        }
        var end = text.IndexOf(']', at);
        if (end < 0)
        {
            return "there is a ']' missing in the property path";
        }
        if (!int.TryParse(text.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return $"'{text[(at + 1)..end]}' is neither an index nor a name in double quotes";
        }
        steps.Add(new(null, index));
        at = end + 1;
        return "";
    }

    private static string Quoted(string text, ref int at, List<PathStep> steps)
    {
        var key = new StringBuilder();
        for (at += 2; at < text.Length && text[at] != '"'; at++)
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            key.Append(text[at]);
        }
        if (at + 1 >= text.Length || text[at + 1] != ']')
        {
            return "there is a '\"]' missing in the property path";
        }
        steps.Add(new(key.ToString(), 0));
        at += 2;
        return "";
    }
}
