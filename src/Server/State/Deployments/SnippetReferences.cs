using System.Text.Json;

namespace Server.State;

/// <summary>Rewrites the URNs that snippets refer to.</summary>
internal static class SnippetReferences
{
    public static byte[] Rewrite(ReadOnlyMemory<byte> snippets, Func<string, string> rewrite)
    {
        using var result = new MemoryStream();
        var reader = StateJson.Reader(snippets.Span);
        var (copied, inReferences) = (0, 0);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 2 && reader.Reads("references"u8))
            {
                reader.Read();
                inReferences = reader.TokenType == JsonTokenType.StartObject ? 3 : 0;
            }
            else if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 2)
            {
                inReferences = 0;
            }
            else if (reader.TokenType == JsonTokenType.String && reader.CurrentDepth == inReferences)
            {
                var old = JsonText.ToString(reader.ValueSpan);
                var now = rewrite(old);
                if (now != old)
                {
                    result.Write(snippets.Span[copied..(int)reader.TokenStartIndex]);
                    result.Write(StateJson.Quote(now));
                    copied = (int)reader.BytesConsumed;
                }
            }
        }
        result.Write(snippets.Span[copied..]);
        return result.ToArray();
    }
}
