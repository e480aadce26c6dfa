using System.Buffers.Binary;
using System.IO.Compression;
using Server.State;

namespace Server.Updates;

/// <summary>A piece of text in memory that is used again afterwards.</summary>
public sealed class Rented : IDisposable
{
    /// <summary>Bytes that one byte of gzip can stand for.</summary>
    private const long MostPacked = 1032;

    private byte[] _array;

    public Rented(int capacity) => _array = LargeBuffers.Rent(capacity);

    /// <param name="packed">Gzip of ours, whose size has been looked at before.</param>
    public static Rented Unpacked(byte[] packed)
    {
        var text = new Rented(UnpackedSize(packed, Array.MaxLength - 1));
        text.Unpack(packed, packed.Length, Array.MaxLength - 1);
        return text;
    }

    /// <summary>How much room unpacking will need, and one byte more, to see that there is no more. Gzip says it at its end; if that is a lie, room is made later.</summary>
    public static int UnpackedSize(ReadOnlySpan<byte> packed, int limit)
    {
        var said = packed.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(packed[^4..]);
        return (int)Math.Min(said, Math.Min(limit, packed.Length * MostPacked)) + 1;
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
            LargeBuffers.Return(array);
        }
    }

    private void Reserve(int more)
    {
        if (_array.Length - Length >= more)
        {
            return;
        }
        var larger = LargeBuffers.Rent(Math.Max(_array.Length * 2, Length + more));
        Span.CopyTo(larger);
        LargeBuffers.Return(_array);
        _array = larger;
    }
}
