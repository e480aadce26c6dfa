using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wire;

/// <summary>POST /api/stacks/{org}/{project}/{stack}/encrypt. All values are base64 on the wire; an empty one is a value.</summary>
public sealed record EncryptRequest(byte[]? Plaintext);

public sealed record EncryptResponse(byte[] Ciphertext);

/// <summary>POST …/decrypt</summary>
public sealed record DecryptRequest(byte[]? Ciphertext);

public sealed record DecryptResponse(byte[] Plaintext);

/// <summary>POST …/batch-encrypt</summary>
public sealed record BatchEncryptRequest([property: JsonConverter(typeof(SecretBatch))] IReadOnlyList<byte[]>? Plaintexts);

/// <param name="Ciphertexts">As many as were asked for, in their order.</param>
public sealed record BatchEncryptResponse(IReadOnlyList<byte[]> Ciphertexts);

/// <summary>POST …/batch-decrypt</summary>
public sealed record BatchDecryptRequest([property: JsonConverter(typeof(SecretBatch))] IReadOnlyList<byte[]>? Ciphertexts);

/// <param name="Plaintexts">By ciphertext, in canonical base64. Clients cannot do without any that they asked for.</param>
public sealed record BatchDecryptResponse(IReadOnlyDictionary<string, byte[]> Plaintexts);

/// <summary>POST …/decrypt/log-decryption and …/decrypt/log-batch-decryption: a secrets provider of the client's own has decrypted something.</summary>
public sealed record LogDecryptionRequest(string? SecretName, string? CommandName);

/// <summary>The values of one batch. A list that is too long is read to its end, but no further than to know that.</summary>
public sealed class SecretBatch : JsonConverter<IReadOnlyList<byte[]>>
{
    public const int Most = 1000;

    public override IReadOnlyList<byte[]> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException();
        }
        var values = new List<byte[]>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (values.Count <= Most)
            {
                values.Add(Value(ref reader));
            }
            else
            {
                reader.Skip();
            }
        }
        return values;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<byte[]> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var item in value)
        {
            writer.WriteBase64StringValue(item);
        }
        writer.WriteEndArray();
    }

    private static byte[] Value(ref Utf8JsonReader reader) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => [],
            JsonTokenType.String when reader.TryGetBytesFromBase64(out var bytes) => bytes,
            _ => throw new JsonException(),
        };
}
