using System.Text;
using System.Text.Json;

namespace Server.Environments.Language;

/// <summary>Values as YAML: blocks for lists and objects, JSON for what stands in them.</summary>
internal static class ValueYaml
{
    public static string Of(Value value)
    {
        var text = new StringBuilder();
        Write(text, value, 0, afterDash: true);
        return text.ToString().TrimStart('\n');
    }

    private static void Write(StringBuilder text, Value value, int indent, bool afterDash)
    {
        if (value.Items is { Count: > 0 } items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                Line(text, indent, first: i == 0 && afterDash).Append("- ");
                Write(text, items[i], indent + 2, afterDash: true);
            }
        }
        else if (value.Properties is { Count: > 0 } properties)
        {
            var first = afterDash;
            foreach (var (key, property) in properties)
            {
                Line(text, indent, first).Append(Scalar(key)).Append(':');
                first = false;
                var block = property.Items is { Count: > 0 } || property.Properties is { Count: > 0 };
                text.Append(block ? "\n" : " ");
                Write(text, property, indent + 2, afterDash: !block);
            }
        }
        else
        {
            text.Append(value.Content is string plain ? Scalar(plain) : ValueText.Json(value)).Append('\n');
        }
    }

    private static StringBuilder Line(StringBuilder text, int indent, bool first) => first ? text : text.Append(' ', indent);

    /// <summary>As it is where that reads back as the same string.</summary>
    public static string Scalar(string text) =>
        text.Length > 0
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or '+' or '=' or '@')
        && (char.IsAsciiLetter(text[0]) || text[0] is '_' or '/')
        && YamlScalars.Resolve(text).Kind == ScalarKind.String
        && text.ToLowerInvariant() is not ("yes" or "no" or "on" or "off" or "y" or "n")
            ? text
            : Encoding.UTF8.GetString(Quoted(text));

    private static byte[] Quoted(string text)
    {
        using var buffer = new MemoryStream();
        using (
            var writer = new Utf8JsonWriter(
                buffer,
                new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            writer.WriteStringValue(ValueText.Whole(text));
        }
        return buffer.ToArray();
    }
}
