namespace Server.State;

/// <summary>A state of a stack as an update left it.</summary>
public sealed record StateVersion
{
    public required string Id { get; init; }
    public required string StackId { get; init; }

    /// <summary>The number of the update.</summary>
    public required long Version { get; init; }

    /// <summary>The state that this one is kept as a difference from; null if it is kept whole.</summary>
    public string? NewerId { get; init; }

    /// <summary>Bytes of its text.</summary>
    public required long Size { get; init; }

    /// <summary>Bytes that it takes on disk.</summary>
    public required long StoredSize { get; init; }

    public required long ResourceCount { get; init; }

    /// <summary>The first rule that it breaks, so that the client will refuse to work on it; null for nearly all.</summary>
    public string? IntegrityError { get; init; }

    public required long CreatedMs { get; init; }
}

/// <summary>A state that is not yet a version of its stack. All of its text but the last part is on disk.</summary>
public sealed record StagedState
{
    public required string Id { get; init; }
    public required string StackId { get; init; }
    public required long Size { get; init; }
    public required long StoredSize { get; init; }
    public required long ResourceCount { get; init; }
    public string? IntegrityError { get; init; }

    internal StatePart LastPart { get; init; } = new(0, []);

    /// <summary>What becomes of the newest version when this one takes its place; null if it stays whole.</summary>
    internal OlderState? Older { get; init; }
}

/// <summary>A gzip member: a stretch of a text.</summary>
internal sealed record StatePart(long Ordinal, byte[] Body);

/// <param name="Delta">The gzip'd difference from the next version.</param>
internal sealed record OlderState(string Id, byte[] Delta);
