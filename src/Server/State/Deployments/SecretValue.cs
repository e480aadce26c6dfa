using System.Text.Json;

namespace Server.State;

/// <summary>A secret among properties: <c>{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"…"}</c>.</summary>
internal static class SecretValue
{
    private static ReadOnlySpan<byte> SignatureKey => "4dabf18193072939515e22adb298388d"u8;

    private static ReadOnlySpan<byte> Signature => "1b47061264138c4ac30d75fd1eb44270"u8;

    /// <returns>The ciphertext of the first secret in a JSON text, as it is written there; null if none is encrypted.</returns>
    public static string? FirstCiphertext(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf(Signature) < 0)
        {
            return null;
        }
        var reader = StateJson.Reader(json);
        var secretAt = -1; // the depth of the members of an object that has said it is a secret
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth < secretAt)
            {
                secretAt = -1;
            }
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }
            var (depth, isSignature, isCiphertext) = (reader.CurrentDepth, reader.Reads(SignatureKey), reader.Reads("ciphertext"u8));
            reader.Read();
            if (isSignature && reader.TokenType == JsonTokenType.String && reader.Reads(Signature))
            {
                secretAt = depth;
            }
            else if (isCiphertext && depth == secretAt && reader.TokenType == JsonTokenType.String)
            {
                return JsonText.ToString(reader.ValueSpan);
            }
        }
        return null;
    }
}
