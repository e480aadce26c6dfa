using System.Text.Json;
using Wire;

namespace Server.Environments.Language;

/// <summary>Evaluated environments as clients read them.</summary>
public static class EvaluatedJson
{
    private const string Hidden = "[secret]";

    /// <param name="showSecrets">False writes <c>[secret]</c> in their places.</param>
    /// <param name="check">With diagnostics, and with what the functions are.</param>
    public static byte[] Write(Evaluated evaluated, bool showSecrets, bool check)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = 512 }))
        {
            writer.WriteStartObject();
            ExpressionJson.WriteAll(writer, evaluated.Definition, showSecrets);
            WriteProperties(writer, evaluated.Root, showSecrets);
            writer.WritePropertyName("schema");
            WriteSchema(writer, evaluated.Root);
            writer.WritePropertyName("executionContext");
            writer.WriteStartObject();
            WriteProperties(writer, evaluated.Context, showSecrets);
            writer.WritePropertyName("schema");
            WriteSchema(writer, evaluated.Context);
            writer.WriteEndObject();
            if (check)
            {
                WriteCheck(writer, evaluated);
            }
            writer.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static void WriteCheck(Utf8JsonWriter writer, Evaluated evaluated)
    {
        if (evaluated.Diagnostics.Count > 0)
        {
            writer.WritePropertyName("diagnostics");
            JsonSerializer.Serialize(
                writer,
                new EnvironmentDiagnosticsResponse(evaluated.Diagnostics).Diagnostics,
                WireJson.Default.IReadOnlyListEnvironmentDiagnostic
            );
        }
        writer.WriteStartObject("environmentFunctionSummary");
        writer.WriteStartObject("funcCounts");
        foreach (
            var (name, count) in evaluated
                .Definition.Calls.Select(c => c.Name)
                .Concat(evaluated.Definition.Secrets.Select(_ => "fn::secret"))
                .CountBy(n => n)
        )
        {
            writer.WriteNumber(name, count);
        }
        writer.WriteEndObject();
        writer.WriteStartArray("rotationPaths");
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter writer, Value root, bool showSecrets)
    {
        writer.WriteStartObject("properties");
        foreach (var (key, value) in root.Properties ?? new Dictionary<string, Value>())
        {
            writer.WritePropertyName(ValueText.Whole(key));
            WriteValue(writer, value, showSecrets);
        }
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, Value value, bool showSecrets)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("value");
        if (value.Secret && !showSecrets)
        {
            writer.WriteStringValue(Hidden);
        }
        else if (value.Items is { } items)
        {
            writer.WriteStartArray();
            foreach (var item in items)
            {
                WriteValue(writer, item, showSecrets);
            }
            writer.WriteEndArray();
        }
        else if (value.Properties is { } properties)
        {
            writer.WriteStartObject();
            foreach (var (key, property) in properties)
            {
                writer.WritePropertyName(ValueText.Whole(key));
                WriteValue(writer, property, showSecrets);
            }
            writer.WriteEndObject();
        }
        else
        {
            ValueText.WriteScalar(writer, value.Content);
        }
        if (value.Secret)
        {
            writer.WriteBoolean("secret", true);
        }
        if (value.Unknown)
        {
            writer.WriteBoolean("unknown", true);
        }
        writer.WriteStartObject("trace");
        WriteRange(writer, "def", value.Where);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    internal static void WriteRange(Utf8JsonWriter writer, string name, SourceRange range)
    {
        writer.WriteStartObject(name);
        writer.WriteString("environment", range.Environment);
        WritePosition(writer, "begin", range.Begin);
        WritePosition(writer, "end", range.End);
        writer.WriteEndObject();
    }

    internal static void WriteSchema(Utf8JsonWriter writer, Value value)
    {
        writer.WriteStartObject();
        if (value.Secret)
        {
            writer.WriteBoolean("secret", true);
        }
        writer.WriteString("type", TypeOf(value));
        if (value.Properties is { Count: > 0 } properties)
        {
            writer.WriteStartObject("properties");
            foreach (var (key, property) in properties)
            {
                writer.WritePropertyName(ValueText.Whole(key));
                WriteSchema(writer, property);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static string TypeOf(Value value) =>
        value.Content switch
        {
            _ when value.Unknown => "",
            null => "null",
            bool => "boolean",
            Number => "number",
            string => "string",
            IReadOnlyList<Value> => "array",
            _ => "object",
        };

    private static void WritePosition(Utf8JsonWriter writer, string name, SourcePosition position)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("line", position.Line);
        writer.WriteNumber("column", position.Column);
        writer.WriteNumber("byte", position.Byte);
        writer.WriteEndObject();
    }
}
