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
        using var all = new MemoryStream(json.Length + 16);
        Lay(json, indent, all);
        return all.ToArray();
    }

    /// <summary>The same, without ever holding the whole.</summary>
    public static void Lay(ReadOnlySpan<byte> json, int indent, Stream stream)
    {
        var output = new Sink(stream);
        var depth = 0;
        for (var i = 0; i < json.Length; i++)
        {
            switch (json[i])
            {
                case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t':
                    break;
                case (byte)'"':
                    var end = EndOfString(json, i);
                    output.Add(json[i..end]);
                    i = end - 1;
                    break;
                case (byte)'{' or (byte)'[':
                    output.Add(json[i]);
                    if (NextIsClosing(json, ref i))
                    {
                        output.Add(json[i]);
                        break;
                    }
                    output.Break(++depth, indent);
                    break;
                case (byte)'}' or (byte)']':
                    output.Break(--depth, indent);
                    output.Add(json[i]);
                    break;
                case (byte)',':
                    output.Add((byte)',');
                    output.Break(depth, indent);
                    break;
                case (byte)':':
                    output.Add(indent == 0 ? ":"u8 : ": "u8);
                    break;
                default:
                    output.Add(json[i]);
                    break;
            }
        }
        output.Flush();
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

    private static bool NextIsClosing(ReadOnlySpan<byte> json, ref int i)
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
        i = next;
        return true;
    }

    /// <summary>Gathers small pieces.</summary>
    private sealed class Sink(Stream stream)
    {
        private readonly byte[] buffer = new byte[1 << 16];
        private int used;

        public void Add(byte value)
        {
            if (used == buffer.Length)
            {
                Flush();
            }
            buffer[used++] = value;
        }

        public void Add(ReadOnlySpan<byte> text)
        {
            if (text.Length > buffer.Length - used)
            {
                Flush();
            }
            if (text.Length > buffer.Length)
            {
                stream.Write(text);
                return;
            }
            text.CopyTo(buffer.AsSpan(used));
            used += text.Length;
        }

        public void Break(int depth, int indent)
        {
            if (indent == 0)
            {
                return;
            }
            Add((byte)'\n');
            for (var i = depth * indent; i > 0; i--)
            {
                Add((byte)' ');
            }
        }

        public void Flush()
        {
            stream.Write(buffer.AsSpan(0, used));
            used = 0;
        }
    }
}
