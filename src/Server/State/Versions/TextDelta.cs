using System.Buffers;
using System.Numerics;

namespace Server.State;

/// <summary>
/// What makes a text out of another one that is nearly the same: stretches of the other one, and bytes that it has not. Written as
/// <c>length bytes offset length</c> over and over: bytes to take as they are, then a stretch to copy. All numbers are LEB128.
/// </summary>
internal static class TextDelta
{
    /// <summary>A shorter stretch costs more to name than to repeat.</summary>
    private const int ShortestCopy = 24;

    /// <summary>Where resources begin, or are referred to: <c>"urn":"…"</c>.</summary>
    private static ReadOnlySpan<byte> Anchor => "\"urn\""u8;

    public static void Write(PooledText result, ReadOnlySpan<byte> text, ReadOnlySpan<byte> from)
    {
        using var index = new AnchorIndex(from);
        var done = 0;
        var prefix = text.CommonPrefixLength(from);
        if (prefix >= ShortestCopy)
        {
            Copy(result, default, 0, prefix);
            done = prefix;
        }
        for (var anchor = Next(text, done); anchor >= 0; anchor = Next(text, Math.Max(done, anchor + 1)))
        {
            var (start, length) = index.LongestMatch(text[anchor..], from);
            var back = length == 0 ? 0 : CommonSuffixLength(text[done..anchor], from[..start]);
            if (back + length >= ShortestCopy)
            {
                Copy(result, text[done..(anchor - back)], start - back, back + length);
                done = anchor + length;
            }
        }
        var suffix = CommonSuffixLength(text[done..], from);
        Copy(result, text[done..^suffix], from.Length - suffix, suffix);
    }

    private static int Next(ReadOnlySpan<byte> text, int start)
    {
        var next = start >= text.Length ? -1 : text[start..].IndexOf(Anchor);
        return next < 0 ? -1 : start + next;
    }

    private static void Copy(PooledText result, ReadOnlySpan<byte> before, int offset, int length)
    {
        WriteNumber(result, before.Length);
        result.Write(before);
        WriteNumber(result, offset);
        WriteNumber(result, length);
    }

    private static void WriteNumber(PooledText result, int number)
    {
        Span<byte> bytes = stackalloc byte[5];
        var length = 0;
        for (var rest = (uint)number; ; rest >>= 7)
        {
            bytes[length++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
            {
                break;
            }
        }
        result.Write(bytes[..length]);
    }

    private static int CommonSuffixLength(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var most = Math.Min(one.Length, other.Length);
        var length = 0;
        while (length < most && one[^(length + 1)] == other[^(length + 1)])
        {
            length++;
        }
        return length;
    }

    /// <summary>Where in a text each URN stands, the first few times.</summary>
    private readonly ref struct AnchorIndex : IDisposable
    {
        private const int MostCandidates = 8;

        private readonly int[] _places;
        private readonly int[] _next; // the place before with the same hash, plus 1
        private readonly int[] _heads;
        private readonly int _mask;

        public AnchorIndex(ReadOnlySpan<byte> text)
        {
            var count = text.Count(Anchor);
            var buckets = (int)BitOperations.RoundUpToPowerOf2((uint)count + 1);
            (_places, _next, _heads) = (Rent(count), Rent(count), Rent(buckets));
            _mask = buckets - 1;
            _heads.AsSpan(0, buckets).Clear();
            var place = -1;
            for (var i = 0; i < count; i++)
            {
                place = Next(text, place + 1);
                ref var head = ref _heads[Hash(text[place..]) & _mask];
                (_places[i], _next[i], head) = (place, head, i + 1);
            }
        }

        public (int Start, int Length) LongestMatch(ReadOnlySpan<byte> text, ReadOnlySpan<byte> from)
        {
            var best = (Start: 0, Length: 0);
            var candidate = _heads[Hash(text) & _mask];
            for (var i = 0; i < MostCandidates && candidate > 0; i++)
            {
                var place = _places[candidate - 1];
                var length = text.CommonPrefixLength(from[place..]);
                best = length > best.Length ? (place, length) : best;
                candidate = _next[candidate - 1];
            }
            return best;
        }

        public void Dispose()
        {
            ArrayPool<int>.Shared.Return(_places);
            ArrayPool<int>.Shared.Return(_next);
            ArrayPool<int>.Shared.Return(_heads);
        }

        private static int[] Rent(int count) => ArrayPool<int>.Shared.Rent(Math.Max(count, 1));

        /// <summary>Of the string that follows the name.</summary>
        private static int Hash(ReadOnlySpan<byte> text)
        {
            var value = text[Anchor.Length..];
            var start = value.IndexOf((byte)'"') + 1;
            var length = value[start..].IndexOf((byte)'"');
            return Utf8Comparer.Instance.GetHashCode(value.Slice(start, Math.Max(length, 0)));
        }
    }
}
