using System.Buffers;
using System.Text.Json;

namespace Cli.State;

/// <summary>
/// Lays JSON out anew without reading its values: strings and numbers pass through byte for byte, so that nothing is lost however large a state or
/// its numbers are. The text has to be JSON already.
/// </summary>
internal static class JsonText
{
    /// <param name="indent">Spaces a level; 0 is compact.</param>
    public static byte[] Lay(ReadOnlySpan<byte> json, int indent)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + (indent == 0 ? 0 : json.Length / 2) + 16);
        var depth = 0;
        for (var i = 0; i < json.Length; i++)
        {
            switch (json[i])
            {
                case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t':
                    break;
                case (byte)'"':
                    var end = EndOfString(json, i);
                    output.Write(json[i..end]);
                    i = end - 1;
                    break;
                case (byte)'{' or (byte)'[':
                    output.Write(json.Slice(i, 1));
                    if (NextIsClosing(json, ref i, output))
                    {
                        break;
                    }
                    Break(output, ++depth, indent);
                    break;
                case (byte)'}' or (byte)']':
                    Break(output, --depth, indent);
                    output.Write(json.Slice(i, 1));
                    break;
                case (byte)',':
                    output.Write(","u8);
                    Break(output, depth, indent);
                    break;
                case (byte)':':
                    output.Write(indent == 0 ? ":"u8 : ": "u8);
                    break;
                default:
                    output.Write(json.Slice(i, 1));
                    break;
            }
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The text of each member of the object that <paramref name="json"/> is.</summary>
    /// <exception cref="JsonException">It is no object, or no JSON.</exception>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Members(ReadOnlyMemory<byte> json)
    {
        var members = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("it is not an object");
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            members[name] = json[start..(int)reader.BytesConsumed];
        }
        return members;
    }

    public static bool IsNull(ReadOnlyMemory<byte> json) => json.Span.SequenceEqual("null"u8);

    private static int EndOfString(ReadOnlySpan<byte> json, int start)
    {
        var i = start + 1;
        while (true)
        {
            var next = json[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                return json.Length;
            }
            i += next;
            if (json[i] == (byte)'"')
            {
                return i + 1;
            }
            i += 2;
        }
    }

    private static bool NextIsClosing(ReadOnlySpan<byte> json, ref int i, ArrayBufferWriter<byte> output)
    {
        var next = i + 1;
        while (next < json.Length && json[next] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            next++;
        }
        if (next >= json.Length || json[next] is not ((byte)'}' or (byte)']'))
        {
            return false;
        }
        output.Write(json.Slice(next, 1));
        i = next;
        return true;
    }

    private static void Break(ArrayBufferWriter<byte> output, int depth, int indent)
    {
        if (indent == 0)
        {
            return;
        }
        var span = output.GetSpan(1 + (depth * indent));
        span[0] = (byte)'\n';
        span.Slice(1, depth * indent).Fill((byte)' ');
        output.Advance(1 + (depth * indent));
    }
}
