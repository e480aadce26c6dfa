using System.Globalization;
using System.Text;

namespace Cli.Config;

/// <summary>Paths into structured values: <c>root.list[0]["a.b"]</c>.</summary>
internal static class PropertyPath
{
    /// <exception cref="UserErrorException">It is no such path.</exception>
    public static IReadOnlyList<PathStep> Parse(string path)
    {
        var steps = new List<PathStep>();
        for (var position = 0; position < path.Length; )
        {
            switch (path[position])
            {
                case '[' when position + 1 < path.Length && path[position + 1] == '"':
                    steps.Add(Quoted(path, ref position));
                    break;
                case '[':
                    steps.Add(Index(path, ref position));
                    break;
                case '.' when position == 0 || position + 1 == path.Length:
                    throw Bad(path, position == 0 ? "it begins with a dot" : "it ends with a dot");
                case '.':
                    position++;
                    if (path[position] != '[')
                    {
                        goto default;
                    }
                    break;
                default:
                    var end = path.AsSpan(position).IndexOfAny('.', '[');
                    end = end < 0 ? path.Length : position + end;
                    steps.Add(end > position ? path[position..end] : throw Bad(path, "a name in it is empty"));
                    position = end;
                    break;
            }
        }
        return steps.Count > 0 ? steps : throw Bad(path, "it is empty");
    }

    public static string Write(IReadOnlyList<PathStep> path)
    {
        var text = new StringBuilder();
        foreach (var step in path)
        {
            if (step.Name is not { } name)
            {
                text.Append(CultureInfo.InvariantCulture, $"[{step.Index}]");
            }
            else if (name.Length == 0 || name.AsSpan().ContainsAny(".[]\""))
            {
                text.Append("[\"").Append(name.Replace("\"", "\\\"", StringComparison.Ordinal)).Append("\"]");
            }
            else
            {
                text.Append(text.Length > 0 ? "." : "").Append(name);
            }
        }
        return text.ToString();
    }

    private static PathStep Quoted(string path, ref int position)
    {
        var name = new StringBuilder();
        for (position += 2; position < path.Length; position++)
        {
            switch (path[position])
            {
                case '"' when position + 1 < path.Length && path[position + 1] == ']':
                    position += 2;
                    return name.ToString();
                case '"':
                    throw Bad(path, "a quote is not followed by ]");
                case '\\' when position + 1 < path.Length && path[position + 1] is '"' or '\\':
                    name.Append(path[++position]);
                    break;
                case var c:
                    name.Append(c);
                    break;
            }
        }
        throw Bad(path, "a quote is not closed");
    }

    private static PathStep Index(string path, ref int position)
    {
        var end = path.IndexOf(']', position);
        if (end < 0)
        {
            throw Bad(path, "a bracket is not closed");
        }
        var digits = path[(position + 1)..end];
        position = end + 1;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw Bad(path, $"'{digits}' is neither an index nor a name in double quotes");
    }

    private static UserErrorException Bad(string path, string reason) => new($"invalid configuration key path '{path}': {reason}");
}
