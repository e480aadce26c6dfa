using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cli.Storage;

/// <summary>JSON as the stock CLI writes it, byte for byte, so that two programs do not rewrite each other's files.</summary>
internal static class GoJson
{
    /// <param name="indent">Spaces per level.</param>
    /// <param name="escapeHtml">Write <c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c> as <c>\u003c</c> and so on: files do, output does not.</param>
    /// <returns>Without a newline at the end.</returns>
    public static string Write(JsonNode? value, int indent, bool escapeHtml)
    {
        var text = new StringBuilder();
        Append(text, value, indent, 0, escapeHtml);
        return text.ToString();
    }

    /// <summary>Of members with the same name the last one counts, where <see cref="JsonNode"/> by itself would fail.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonNode? Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        return NodeOf(document.RootElement);
    }

    private static JsonNode? NodeOf(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in element.EnumerateObject())
                {
                    members[member.Name] = NodeOf(member.Value);
                }
                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(NodeOf)]);
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }

    private static void Append(StringBuilder text, JsonNode? value, int indent, int depth, bool escapeHtml)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject { Count: 0 }:
                text.Append("{}");
                break;
            case JsonArray { Count: 0 }:
                text.Append("[]");
                break;
            case JsonObject members:
                AppendItems(text, '{', '}', members, indent, depth, AppendMember);
                break;
            case JsonArray items:
                AppendItems(text, '[', ']', items, indent, depth, item => Append(text, item, indent, depth + 1, escapeHtml));
                break;
            default:
                AppendScalar(text, value, escapeHtml);
                break;
        }

        void AppendMember(KeyValuePair<string, JsonNode?> member)
        {
            AppendString(text, member.Key, escapeHtml);
            text.Append(": ");
            Append(text, member.Value, indent, depth + 1, escapeHtml);
        }
    }

    private static void AppendItems<T>(
        StringBuilder text,
        char open,
        char close,
        IEnumerable<T> items,
        int indent,
        int depth,
        Action<T> append
    )
    {
        var separator = open;
        foreach (var item in items)
        {
            text.Append(separator).Append('\n').Append(' ', indent * (depth + 1));
            append(item);
            separator = ',';
        }
        text.Append('\n').Append(' ', indent * depth).Append(close);
    }

    private static void AppendScalar(StringBuilder text, JsonNode value, bool escapeHtml)
    {
        if (value.GetValueKind() == JsonValueKind.String)
        {
            AppendString(text, value.GetValue<string>(), escapeHtml);
        }
        else
        {
            // Numbers keep the digits they came with.
            text.Append(value.ToJsonString());
        }
    }

    private static void AppendString(StringBuilder text, string value, bool escapeHtml)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"' or '\\':
                    text.Append('\\').Append(c);
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case < ' ' or '\u2028' or '\u2029':
                case '<' or '>' or '&' when escapeHtml:
                    text.Append("\\u").Append(((int)c).ToString("x4"));
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }
        text.Append('"');
    }
}
