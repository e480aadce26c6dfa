namespace Server.State;

/// <summary>Text written into borrowed memory, so that large texts do not pile up as garbage.</summary>
internal sealed class PooledText(int capacity) : IDisposable
{
    private byte[]? _buffer = LargeBuffers.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Write(ReadOnlySpan<byte> text)
    {
        Reserve(text.Length);
        text.CopyTo(_buffer.AsSpan(Length));
        Length += text.Length;
    }

    /// <summary>The text, which gives the memory back from now on.</summary>
    public StateText Detach()
    {
        var text = new StateText(_buffer!, Length);
        _buffer = null;
        return text;
    }

    public void Dispose()
    {
        if (_buffer is not null)
        {
            LargeBuffers.Return(_buffer);
            _buffer = null;
        }
    }

    private void Reserve(int more)
    {
        if (_buffer!.Length - Length < more)
        {
            var larger = LargeBuffers.Rent(checked(Math.Max(2 * _buffer.Length, Length + more)));
            Written.CopyTo(larger);
            LargeBuffers.Return(_buffer);
            _buffer = larger;
        }
    }
}
