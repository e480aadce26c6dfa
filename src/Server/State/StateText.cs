namespace Server.State;

/// <summary>The text of a state in borrowed memory. Whoever disposes of it gives the memory back; without that, the garbage collector does.</summary>
public sealed class StateText : IDisposable
{
    private readonly int _length;
    private byte[]? _buffer;

    internal StateText(int length) => (_buffer, _length) = (LargeBuffers.Rent(length), length);

    internal StateText(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    /// <summary>Not to be read any more after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Memory => Writable;

    internal Memory<byte> Writable => (_buffer ?? throw new ObjectDisposedException(nameof(StateText))).AsMemory(0, _length);

    public static implicit operator ReadOnlyMemory<byte>(StateText text) => text.Memory;

    public static StateText Copy(ReadOnlyMemory<byte> text)
    {
        var copy = new StateText(text.Length);
        text.CopyTo(copy.Writable);
        return copy;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            LargeBuffers.Return(buffer);
        }
    }
}
