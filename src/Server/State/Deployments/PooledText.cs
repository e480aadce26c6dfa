using System.Buffers;

namespace Server.State;

/// <summary>Text written into borrowed memory, so that large texts do not pile up as garbage.</summary>
internal sealed class PooledText(int capacity) : IBufferWriter<byte>, IDisposable
{
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, 256));

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Write(ReadOnlySpan<byte> text)
    {
        text.CopyTo(GetSpan(text.Length));
        Length += text.Length;
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(Length);
    }

    /// <summary>The borrowed memory, which the caller now gives back.</summary>
    public byte[] Detach()
    {
        var buffer = _buffer!;
        _buffer = null;
        return buffer;
    }

    public void Dispose()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(Detach());
        }
    }

    private void Reserve(int more)
    {
        if (_buffer!.Length - Length < Math.Max(more, 1))
        {
            var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(2 * _buffer!.Length, Length + more)));
            _buffer.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
