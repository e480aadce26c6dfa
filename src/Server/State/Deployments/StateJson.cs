using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Server.Auth;

namespace Server.State;

/// <summary>How the JSON of states is read: strictly, and never into objects.</summary>
internal static class StateJson
{
    /// <summary>Deeper than any program's properties; the reader itself keeps one bit a level.</summary>
    public const int MaxDepth = 1000;

    public static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    public static Utf8JsonReader Reader(ReadOnlySpan<byte> text) => new(text, Options);

    /// <summary>
    /// Whether the string or name that the reader is at says this. The reader's own comparison throws where half a surrogate pair is escaped.
    /// </summary>
    public static bool Reads(this ref Utf8JsonReader reader, ReadOnlySpan<byte> text) =>
        (reader.ValueIsEscaped ? JsonText.Unescape(reader.ValueSpan) : reader.ValueSpan).SequenceEqual(text);

    /// <exception cref="ApiException">400: JSON is UTF-8.</exception>
    public static void RequireUtf8(ReadOnlySpan<byte> text, string what)
    {
        if (!Utf8.IsValid(text))
        {
            throw ApiException.BadRequest($"{what} is not valid UTF-8.");
        }
    }

    public static ApiException Malformed(string what, JsonException problem) =>
        ApiException.BadRequest(
            $"{what} is not valid JSON: it goes wrong in line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}. It may be cut off."
        );

    /// <summary>A string with its quotes.</summary>
    public static byte[] Quote(string text) => JsonSerializer.SerializeToUtf8Bytes(text, QuoteOptions);

    private static readonly JsonSerializerOptions QuoteOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
    };
}
