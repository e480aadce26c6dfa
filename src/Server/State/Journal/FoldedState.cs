namespace Server.State;

/// <summary>A state made of a base and a journal. Whoever disposes of it gives its memory back; without that, the garbage collector does.</summary>
public sealed class FoldedState : IDisposable
{
    private readonly StateText _text;

    internal FoldedState(StateText text) => _text = text;

    /// <summary>An UntypedDeployment. Not to be read any more after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Text => _text.Memory;

    public required int ResourceCount { get; init; }

    /// <summary>What makes it a state that the client would refuse; also in its <c>metadata.integrity_error</c>. Null if it is whole.</summary>
    public string? IntegrityError { get; init; }

    public void Dispose() => _text.Dispose();
}
