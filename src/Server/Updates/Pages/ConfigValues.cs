using System.Text;
using Server.Diffs;

namespace Server.Updates.Pages;

/// <summary>The configuration of an update as the CLI sends it: <c>{"web:port":{"string":"80","secret":false,"object":false}}</c>.</summary>
internal static class ConfigValues
{
    public static IReadOnlyList<(string Name, string Text, bool IsSecret)> Of(string json) =>
        [
            .. new JsonValue(Encoding.UTF8.GetBytes(json))
                .Members()
                .OrderBy(m => m.Name, StringComparer.Ordinal)
                .Select(m => (m.Name, Value: m.Value.Members().ToDictionary(v => v.Name, v => v.Value)))
                .Select(m => (m.Name, Text(m.Value), Is(m.Value, "secret") && !Is(m.Value, "object"))),
        ];

    private static string Text(Dictionary<string, JsonValue> value)
    {
        if (!value.TryGetValue("string", out var text) || !text.IsString)
        {
            return "";
        }
        if (!Is(value, "object"))
        {
            return text.AsString();
        }
        if (text.Inner() is not { } inner)
        {
            return Is(value, "secret") ? JsonValue.Secret : text.AsString();
        }
        var lines = new StringBuilder();
        Write(lines, inner, 0);
        return lines.ToString().TrimStart();
    }

    /// <summary>Indented, and without what is encrypted: <c>{"secure":"…"}</c>.</summary>
    private static void Write(StringBuilder lines, JsonValue value, int depth)
    {
        var members = value.Members().ToList();
        if (members is [("secure", _)])
        {
            lines.Append(JsonValue.Secret);
            return;
        }
        var children = value.IsArray ? [.. value.Elements().Select(e => ("-", e))] : members;
        if (children.Count == 0)
        {
            lines.Append(value.Shown(4000));
            return;
        }
        foreach (var (name, child) in children)
        {
            lines.Append('\n').Append(' ', 2 * depth).Append(name == "-" ? "- " : name + ": ");
            Write(lines, child, depth + 1);
        }
    }

    private static bool Is(Dictionary<string, JsonValue> value, string name) =>
        value.TryGetValue(name, out var flag) && flag.Text.Span.SequenceEqual("true"u8);
}
