using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Server.State;

namespace Server.Resources;

/// <summary>Values without what is secret in them.</summary>
public static class SecretMask
{
    public const string Masked = "[secret]";

    private static readonly JsonWriterOptions Options = new()
    {
        MaxDepth = StateJson.MaxDepth,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <returns>A copy, with <see cref="Masked"/> in the place of each secret.</returns>
    public static JsonElement Of(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, value);
        }
        return JsonDocument.Parse(buffer.WrittenMemory, new() { MaxDepth = StateJson.MaxDepth }).RootElement;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when SpecialValue.SignatureOf(value) == SpecialValue.Secret:
                writer.WriteStringValue(Masked);
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.ReadName());
                    Write(writer, member.Value);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                {
                    Write(writer, element);
                }
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(value.Read());
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
