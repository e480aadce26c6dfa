namespace Server.State;

/// <summary>A state made of a base and a journal. Whoever disposes of it gives its memory back; without that, the garbage collector does.</summary>
public sealed class FoldedState : IDisposable
{
    private byte[]? _buffer;

    internal FoldedState(byte[] buffer, int length) => (_buffer, Text) = (buffer, buffer.AsMemory(0, length));

    /// <summary>An UntypedDeployment. Not to be read any more after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Text { get; private set; }

    public required int ResourceCount { get; init; }

    /// <summary>What makes it a state that the client would refuse; also in its <c>metadata.integrity_error</c>. Null if it is whole.</summary>
    public string? IntegrityError { get; init; }

    public void Dispose()
    {
        if (_buffer is not null)
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(_buffer);
        }
        (_buffer, Text) = (null, default);
    }
}
