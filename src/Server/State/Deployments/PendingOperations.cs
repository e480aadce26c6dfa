using System.Text.Json;

namespace Server.State;

internal static class PendingOperations
{
    /// <param name="text">A JSON object: <c>{"resource":{…},"type":"creating"}</c>.</param>
    public static PendingOperation Parse(ReadOnlyMemory<byte> text)
    {
        var reader = StateJson.Reader(text.Span);
        reader.Read();
        Resource? resource = null;
        var type = "";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isResource = reader.Reads("resource"u8);
            var isType = reader.Reads("type"u8);
            reader.Read();
            if (isResource && reader.TokenType == JsonTokenType.StartObject)
            {
                var start = (int)reader.TokenStartIndex;
                ResourceFacts.TryRead(ref reader, text.Span, out var facts);
                resource = new(text[start..(int)reader.BytesConsumed], facts);
            }
            else if (isType && reader.TokenType == JsonTokenType.String)
            {
                type = JsonText.ToString(reader.ValueSpan);
            }
            else
            {
                reader.Skip();
            }
        }
        return new(text, type, resource);
    }
}
