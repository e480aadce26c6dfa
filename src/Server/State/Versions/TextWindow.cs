using System.Buffers;

namespace Server.State;

/// <summary>What is looked at of a text that is never in memory as a whole: it moves on as one is done with what it shows.</summary>
/// <param name="read">Fills memory of <see cref="Gzip.MemberSize"/> bytes; with fewer only at the end of the text.</param>
internal sealed class TextWindow(Func<Memory<byte>, ValueTask<int>> read) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(2 * Gzip.MemberSize);
    private int _length;

    /// <summary>Where <see cref="Text"/> begins in the whole text.</summary>
    public long Start { get; private set; }

    /// <summary>Good until the next call.</summary>
    public ReadOnlyMemory<byte> Text => _buffer.AsMemory(0, _length);

    /// <summary>Nothing comes after <see cref="Text"/>.</summary>
    public bool IsLast { get; private set; }

    /// <returns>What has come, which <see cref="Text"/> ends with.</returns>
    public async Task<ReadOnlyMemory<byte>> Advance()
    {
        Reserve();
        var fresh = await read(_buffer.AsMemory(_length, Gzip.MemberSize));
        IsLast = fresh < Gzip.MemberSize;
        _length += fresh;
        return _buffer.AsMemory(_length - fresh, fresh);
    }

    /// <param name="count">Bytes at the beginning of <see cref="Text"/> that nobody looks at again.</param>
    public void Drop(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
        Start += count;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <summary>A single resource may be larger than the window.</summary>
    private void Reserve()
    {
        if (_buffer.Length - _length < Gzip.MemberSize)
        {
            var larger = ArrayPool<byte>.Shared.Rent(checked(2 * _buffer.Length));
            Text.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
