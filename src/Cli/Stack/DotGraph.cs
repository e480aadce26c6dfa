using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Cli.State;

namespace Cli.Stack;

/// <summary>Resources as a graph for Graphviz.</summary>
internal static class DotGraph
{
    public static string Of(IReadOnlyList<JsonObject> resources, GraphLook look)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var text = new StringBuilder("strict digraph {\n");
        if (look.Fragment.Length > 0)
        {
            text.Append(look.Fragment).Append('\n');
        }
        foreach (var resource in resources)
        {
            var urn = References.Text(resource["urn"]) ?? "";
            if (numbers.TryAdd(urn, numbers.Count))
            {
                var label = look.ShortNames ? Urn.Parse(urn)?.Name ?? urn : urn;
                text.Append(CultureInfo.InvariantCulture, $"    Resource{numbers[urn]} [label=\"{Escaped(label)}\"];\n");
            }
        }
        foreach (var resource in resources)
        {
            var to = numbers[References.Text(resource["urn"]) ?? ""];
            Edges(text, numbers, to, References.Texts(resource["dependencies"]), look.DependencyColor);
            Edges(text, numbers, to, References.Text(resource["parent"]) is { } parent ? [parent] : [], look.ParentColor);
        }
        return text.Append("}\n").ToString();
    }

    private static void Edges(StringBuilder text, Dictionary<string, int> numbers, int to, IEnumerable<string> from, string? color)
    {
        if (color is null)
        {
            return;
        }
        foreach (var urn in from.Where(numbers.ContainsKey))
        {
            text.Append(CultureInfo.InvariantCulture, $"    Resource{numbers[urn]} -> Resource{to} [color = \"{color}\"];\n");
        }
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}

/// <param name="DependencyColor">Null: no such edges.</param>
/// <param name="ParentColor">Null: no such edges.</param>
internal sealed record GraphLook(string? DependencyColor, string? ParentColor, bool ShortNames, string Fragment);
