namespace Cli.Backends;

/// <summary>
/// Where stacks are kept: a cloud (<see cref="Cloud.CloudBackend"/>) or a bucket, folder or database (<see cref="Diy.DiyBackend"/>). Deployments
/// go through as the UTF-8 text of <c>{"version", "features", "deployment"}</c>, untouched.
/// </summary>
internal interface IBackend : IAsyncDisposable
{
    /// <summary>The address that logins and selections are stored under.</summary>
    string Url { get; }

    /// <summary>How people read it.</summary>
    string Name { get; }

    bool IsCloud { get; }

    /// <summary>Completes and checks what somebody typed.</summary>
    StackName Parse(string text);

    /// <summary>As short as is unambiguous here.</summary>
    string Show(StackName stack);

    /// <summary>Sorted by name.</summary>
    Task<IReadOnlyList<StackSummary>> List(StackFilter filter, CancellationToken ct);

    /// <returns>Null when there is no such stack.</returns>
    Task<StackDetails?> Find(StackName stack, CancellationToken ct);

    Task Create(StackName stack, NewStack wishes, CancellationToken ct);

    /// <returns>False when it still has resources and was not forced.</returns>
    Task<bool> Delete(StackName stack, bool force, bool withBackups, CancellationToken ct);

    Task Rename(StackName stack, StackName to, CancellationToken ct);

    /// <summary>Replaces all tags.</summary>
    Task SetTags(StackName stack, IReadOnlyDictionary<string, string> tags, CancellationToken ct);

    /// <param name="version">Null is the latest.</param>
    Task<byte[]> Export(StackName stack, string? version, CancellationToken ct);

    /// <returns>The state that an update of the history left; null where it is not known.</returns>
    Task<byte[]?> ExportPast(StackName stack, PastUpdate update, CancellationToken ct);

    Task Import(StackName stack, ReadOnlyMemory<byte> deployment, CancellationToken ct);

    /// <summary>Newest first.</summary>
    /// <param name="pageSize">0 is everything.</param>
    Task<IReadOnlyList<PastUpdate>> History(StackName stack, int pageSize, int page, CancellationToken ct);

    /// <returns>The last update that was no preview; null before the first.</returns>
    Task<PastUpdate?> Latest(StackName stack, CancellationToken ct);

    /// <summary>Ends the running update, or removes what it has locked.</summary>
    Task Cancel(StackName stack, CancellationToken ct);

    /// <returns>Null where there is no console.</returns>
    string? ConsolePage(StackName stack);
}

/// <param name="TagValue">Only with a name; null is any.</param>
internal sealed record StackFilter(string? Organization, string? Project, string? TagName, string? TagValue);

/// <param name="LastUpdate">Null when never updated, and while an update runs.</param>
/// <param name="InProgress">Null where the back end does not say.</param>
internal sealed record StackSummary(StackName Stack, DateTimeOffset? LastUpdate, bool? InProgress, long? ResourceCount, string? Url);

internal sealed record StackDetails(StackName Stack, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>The number of its last update; null where the back end does not count.</summary>
    public long? Version { get; init; }

    /// <summary>The most recent update, running or not; empty before the first.</summary>
    public string ActiveUpdate { get; init; } = "";

    public RunningOperation? CurrentOperation { get; init; }

    /// <summary>The environment that holds its configuration, <c>project/name</c>; null where its file does.</summary>
    public string? RemoteEnvironment { get; init; }
}

internal sealed record RunningOperation(string Kind, string Author, DateTimeOffset Started);

/// <param name="State">A first deployment, as text; null is none.</param>
/// <param name="Environment">The environment that is to hold its configuration; null leaves it to a file.</param>
internal sealed record NewStack(
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<string> Teams,
    byte[]? State,
    string? Environment = null
);
