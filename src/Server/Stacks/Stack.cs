namespace Server.Stacks;

/// <summary>A stack as somebody who may see it sees it. Times are Unix milliseconds; 0 is never.</summary>
public sealed record Stack
{
    public required string Id { get; init; }
    public required string OrganizationId { get; init; }

    /// <summary>The organization's login: the first part of the stack's name.</summary>
    public required string Organization { get; init; }

    public required string Project { get; init; }
    public required string Name { get; init; }

    /// <summary>The number of its last update; 0 before the first.</summary>
    public required long Version { get; init; }

    /// <summary>Its remote configuration as JSON; null where its configuration is in files.</summary>
    public string? Config { get; init; }

    /// <summary>The update that holds the stack's lease; null while none does.</summary>
    public string? RunningUpdateId { get; init; }

    /// <summary>The most recent update, running or finished, dry or not; null before the first.</summary>
    public string? LatestUpdateId { get; init; }

    public required long LastUpdateMs { get; init; }

    /// <summary>-1 before the first state.</summary>
    public required long ResourceCount { get; init; }

    public required long CreatedMs { get; init; }
    public required long DeletedMs { get; init; }

    /// <summary>The caller's role in the organization.</summary>
    public required string Role { get; init; }

    public string FullName => $"{Organization}/{Project}/{Name}";
}
