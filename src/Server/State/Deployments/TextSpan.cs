using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Server.State;

/// <summary>A stretch of a text. Of a JSON string it is what stands between the quotes, escapes and all.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TextSpan(int Start, int Length)
{
    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> text) => text.Slice(Start, Length);
}

/// <summary>The contents of JSON strings as bytes.</summary>
internal static class JsonText
{
    /// <returns>The argument itself where it has no escapes, as nearly always.</returns>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw) => raw.Contains((byte)'\\') ? Unescaped(raw) : raw;

    public static string ToString(ReadOnlySpan<byte> raw) => Encoding.UTF8.GetString(Unescape(raw));

    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> raw)
    {
        var result = new byte[raw.Length]; // an escape is never shorter than what it stands for
        var length = 0;
        for (var i = 0; i < raw.Length; )
        {
            if (raw[i] != '\\')
            {
                result[length++] = raw[i++];
            }
            else if (raw[i + 1] == 'u')
            {
                length += Rune(raw[i..], out var read).EncodeToUtf8(result.AsSpan(length));
                i += read;
            }
            else
            {
                result[length++] = Short(raw[i + 1]);
                i += 2;
            }
        }
        return result.AsSpan(0, length);
    }

    private static byte Short(byte letter) =>
        letter switch
        {
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            _ => letter,
        };

    /// <summary>Half a surrogate pair becomes U+FFFD, as in the client.</summary>
    private static Rune Rune(ReadOnlySpan<byte> escape, out int read)
    {
        Span<char> units = [Unit(escape), '\0'];
        read = 6;
        if (char.IsHighSurrogate(units[0]) && escape.Length >= 12 && escape[6] == '\\' && escape[7] == 'u')
        {
            units[1] = Unit(escape[6..]);
        }
        if (System.Text.Rune.DecodeFromUtf16(units, out var rune, out var used) != OperationStatus.Done)
        {
            return System.Text.Rune.ReplacementChar;
        }
        read = 6 * used;
        return rune;
    }

    private static char Unit(ReadOnlySpan<byte> escape) => (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier);
}

/// <summary>Texts as keys, looked up by bytes that need not be kept.</summary>
internal sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static readonly Utf8Comparer Instance = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] key) => GetHashCode(key.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    /// <summary>Seeded at random for each process, so that nobody can prepare names that collide.</summary>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
