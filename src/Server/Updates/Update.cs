namespace Server.Updates;

/// <summary>A run of the engine on a stack, or an import. Times are Unix milliseconds; 0 is never.</summary>
public record Update
{
    public required string Id { get; init; }
    public required string StackId { get; init; }

    /// <summary>What the command was: <see cref="UpdateKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Changes nothing and therefore holds no lease on the stack.</summary>
    public required bool DryRun { get; init; }

    public required string Status { get; init; }

    /// <summary>The stack's version that it makes; for a dry run the version that it looked at.</summary>
    public required long Version { get; init; }

    public required string RequestedBy { get; init; }
    public string? TokenId { get; init; }

    /// <summary>The state that its journal counts on; null is an empty one.</summary>
    public string? BaseStateId { get; init; }

    public required string Config { get; init; }
    public required string Environment { get; init; }
    public required string Message { get; init; }

    /// <summary>1 if it sends journal entries, 0 if it sends checkpoints.</summary>
    public required long JournalVersion { get; init; }

    /// <summary>The number of its last checkpoint.</summary>
    public required long CheckpointSequence { get; init; }

    /// <summary>Kept after the end, so that a client that has not heard of the end is told about it.</summary>
    public byte[]? LeaseHash { get; init; }

    public required long LeaseExpiresMs { get; init; }
    public required long LastHeardMs { get; init; }
    public required long CreatedMs { get; init; }
    public required long StartedMs { get; init; }
    public required long EndedMs { get; init; }

    /// <summary>While it is <see cref="UpdateStatus.Ending"/>: what it will be.</summary>
    public required string EndsAs { get; init; }

    /// <summary>Why it ended other than by its client: a clause such as <c>was cancelled by ann</c>. Otherwise empty.</summary>
    public required string EndReason { get; init; }

    /// <summary>How many resources by operation, as JSON; empty if unknown.</summary>
    public required string ResourceChanges { get; init; }

    public required long ResourceCount { get; init; }

    /// <summary>When it was put into the history, if it was made elsewhere: then it was its importer who asked for it here.</summary>
    public long ImportedMs { get; init; }

    /// <summary>Not of one that was imported without it.</summary>
    public bool HasKnownState => ImportedMs == 0 || ResourceCount >= 0;

    /// <summary>Where it was started, for people to read: an address and a program.</summary>
    public required string Client { get; init; }

    /// <summary>Login of who asked for it; empty if the account is gone.</summary>
    public string RequesterLogin { get; init; } = "";

    public string RequesterName { get; init; } = "";

    public bool IsOver => Status is UpdateStatus.Succeeded or UpdateStatus.Failed or UpdateStatus.Cancelled;
}

public static class UpdateStatus
{
    public const string NotStarted = "not started";
    public const string Running = "running";

    /// <summary>Nothing more is accepted; what was saved is being made into a state.</summary>
    public const string Ending = "ending";

    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";
}

public static class UpdateKind
{
    public const string Preview = "preview";
    public const string Import = "import";

    /// <summary>The kinds that a client may ask for, and that stand in the addresses of updates.</summary>
    public static readonly IReadOnlyList<string> Runs = ["update", Preview, "refresh", "destroy"];

    public const string ResourceImport = "resource-import";
}
