using System.Text.Json.Serialization;

namespace Server.Updates.Live;

/// <summary>What has changed in a running update, as it goes to all who watch it. HTML is that of the page's own components.</summary>
internal sealed record LiveChange
{
    public required string Result { get; init; }
    public required string ResultClass { get; init; }
    public required string Counts { get; init; }
    public required string Errors { get; init; }
    public required int Messages { get; init; }

    /// <summary>Rows that are new or changed.</summary>
    public required IReadOnlyList<string> Rows { get; init; }

    /// <summary>Ids of rows that no longer belong to the changes.</summary>
    public required IReadOnlyList<string> Gone { get; init; }

    public required IReadOnlyList<string> Said { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LiveChange))]
internal sealed partial class LiveJson : JsonSerializerContext;

/// <summary>A link of a chain that grows at its end. Whoever holds one can wait for the next, and what nobody holds any more goes.</summary>
/// <param name="Position">Everything before it has been told: where somebody goes on who comes back.</param>
/// <param name="Data">Empty where the chain begins.</param>
/// <param name="IsLast">The update has ended.</param>
internal sealed record LiveFrame(long Position, string Data, bool IsLast)
{
    private readonly TaskCompletionSource<LiveFrame> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<LiveFrame> Next => _next.Task;

    public LiveFrame Append(LiveFrame next)
    {
        _next.SetResult(next);
        return next;
    }
}
