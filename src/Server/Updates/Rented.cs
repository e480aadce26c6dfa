using System.Buffers;
using System.IO.Compression;

namespace Server.Updates;

/// <summary>A piece of text in memory that is used again afterwards.</summary>
public sealed class Rented : IDisposable
{
    private byte[] _array;

    public Rented(int capacity) => _array = ArrayPool<byte>.Shared.Rent(capacity);

    /// <param name="packed">Gzip of ours, whose size has been looked at before.</param>
    public static Rented Unpacked(byte[] packed)
    {
        var text = new Rented((int)Math.Min(packed.Length * 8L, Array.MaxLength));
        text.Unpack(packed, packed.Length, Array.MaxLength - 1);
        return text;
    }

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _array.AsMemory(0, Length);
    public ReadOnlySpan<byte> Span => _array.AsSpan(0, Length);

    public void Append(ReadOnlySpan<byte> more)
    {
        Reserve(more.Length);
        more.CopyTo(_array.AsSpan(Length));
        Length += more.Length;
    }

    /// <returns>False once there is more than <paramref name="limit"/>; the rest is then left unread.</returns>
    public async Task<bool> Fill(Stream source, int limit, CancellationToken ct)
    {
        while (Length <= limit)
        {
            Reserve(1);
            var read = await source.ReadAsync(_array.AsMemory(Length), ct);
            if (read == 0)
            {
                return true;
            }
            Length += read;
        }
        return false;
    }

    /// <summary>As <see cref="Fill"/>, from memory.</summary>
    /// <exception cref="InvalidDataException">It is no gzip, or not a whole one.</exception>
    public bool Unpack(byte[] packed, int length, int limit)
    {
        using var source = new MemoryStream(packed, 0, length, writable: false);
        using var plain = new GZipStream(source, CompressionMode.Decompress);
        while (Length <= limit)
        {
            Reserve(1);
            var read = plain.Read(_array, Length, _array.Length - Length);
            if (read == 0)
            {
                return true;
            }
            Length += read;
        }
        return false;
    }

    public void Dispose()
    {
        var array = Interlocked.Exchange(ref _array, []);
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void Reserve(int more)
    {
        if (_array.Length - Length >= more)
        {
            return;
        }
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_array.Length * 2, Length + more));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
