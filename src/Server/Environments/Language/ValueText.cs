using System.Text.Encodings.Web;
using System.Text.Json;

namespace Server.Environments.Language;

/// <summary>Values as text: in interpolations, in JSON, and between a function's arguments.</summary>
public static class ValueText
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    /// <summary>Lists and objects as the reference implementation writes them.</summary>
    public static string Of(Value value) =>
        value.Content switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            Number number => number.Text,
            string text => text,
            IReadOnlyList<Value> items => string.Join(',', items.Select(Inner)),
            IReadOnlyDictionary<string, Value> properties => string.Join(',', properties.Select(p => $"{Quoted(p.Key)}={Inner(p.Value)}")),
            var odd => throw new InvalidOperationException(odd.GetType().Name),
        };

    /// <summary>The value alone, without its envelopes.</summary>
    public static string Json(Value value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            Write(writer, value);
        }
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    internal static void WriteScalar(Utf8JsonWriter writer, object? content)
    {
        switch (content)
        {
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case Number number:
                writer.WriteRawValue(number.Text);
                break;
            case string text:
                writer.WriteStringValue(Whole(text));
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    /// <summary>Half a surrogate pair cannot be written as UTF-8.</summary>
    internal static string Whole(string text) =>
        text.Any(char.IsSurrogate) ? System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)) : text;

    private static void Write(Utf8JsonWriter writer, Value value)
    {
        if (value.Items is { } items)
        {
            writer.WriteStartArray();
            foreach (var item in items)
            {
                Write(writer, item);
            }
            writer.WriteEndArray();
        }
        else if (value.Properties is { } properties)
        {
            writer.WriteStartObject();
            foreach (var (key, property) in properties)
            {
                writer.WritePropertyName(Whole(key));
                Write(writer, property);
            }
            writer.WriteEndObject();
        }
        else
        {
            WriteScalar(writer, value.Content);
        }
    }

    /// <summary>Deeper ones as JSON: quotes within quotes within quotes grow beyond all bounds.</summary>
    private static string Inner(Value value) => Quoted(value.Items is null && value.Properties is null ? Of(value) : Json(value));

    private static string Quoted(string text) =>
        "\""
        + text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
        + "\"";
}
