using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Server.State;

/// <summary>Another URN for a URN; nothing to leave it out.</summary>
internal delegate ReadOnlySpan<byte> RewriteUrn(ReadOnlySpan<byte> urn);

/// <summary>Rewrites a list of URNs, or an object of such lists.</summary>
internal static class UrnLists
{
    /// <returns>JSON; null if nothing is left. A list inside an object goes when the last of its URNs does.</returns>
    public static byte[]? Rewrite(ReadOnlySpan<byte> value, RewriteUrn rewrite)
    {
        var reader = StateJson.Reader(value);
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.StartArray => List(ref reader, value, rewrite),
            JsonTokenType.StartObject => Lists(ref reader, value, rewrite),
            _ => value.ToArray(),
        };
    }

    private static byte[]? Lists(ref Utf8JsonReader reader, ReadOnlySpan<byte> value, RewriteUrn rewrite)
    {
        var result = new ArrayBufferWriter<byte>(value.Length);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = value.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isList = reader.TokenType == JsonTokenType.StartArray;
            byte[]? list = null;
            if (isList)
            {
                list = List(ref reader, value, rewrite);
            }
            else
            {
                reader.Skip();
                list = value[start..(int)reader.BytesConsumed].ToArray();
            }
            if (list is not null)
            {
                Begin(result, '{');
                result.Write(name);
                result.Write(":"u8);
                result.Write(list);
            }
        }
        return End(result, '}');
    }

    private static byte[]? List(ref Utf8JsonReader reader, ReadOnlySpan<byte> value, RewriteUrn rewrite)
    {
        var origin = (int)reader.TokenStartIndex;
        var result = new ArrayBufferWriter<byte>(256);
        var changed = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var element = value[start..(int)reader.BytesConsumed];
            if (reader.TokenType == JsonTokenType.String)
            {
                var urn = JsonText.Unescape(element[1..^1]);
                var other = rewrite(urn);
                if (!other.SequenceEqual(urn))
                {
                    changed = true;
                    element = other.IsEmpty ? default : StateJson.Quote(Encoding.UTF8.GetString(other));
                }
            }
            if (!element.IsEmpty)
            {
                Begin(result, '[');
                result.Write(element);
            }
        }
        return !changed ? value[origin..(int)reader.BytesConsumed].ToArray() : End(result, ']');
    }

    private static void Begin(ArrayBufferWriter<byte> result, char bracket) =>
        result.Write([(byte)(result.WrittenCount == 0 ? bracket : ',')]);

    private static byte[]? End(ArrayBufferWriter<byte> result, char bracket)
    {
        if (result.WrittenCount == 0)
        {
            return null;
        }
        result.Write([(byte)bracket]);
        return result.WrittenSpan.ToArray();
    }
}
