using System.Text.Json;

namespace Wire;

/// <summary>One update of a stack's history.</summary>
/// <param name="Kind"><c>update</c>, <c>preview</c>, <c>refresh</c>, <c>rename</c>, <c>destroy</c>, <c>import</c>, <c>resource-import</c>; dry runs of
/// others have a <c>P</c> in front.</param>
/// <param name="StartTime">Unix seconds.</param>
/// <param name="EndTime">Unix seconds; 0 while it runs.</param>
/// <param name="Result"><c>not-started</c>, <c>in-progress</c>, <c>succeeded</c> or <c>failed</c>.</param>
public sealed record HistoryEntry(
    string Kind,
    long StartTime,
    string Message,
    JsonElement Environment,
    JsonElement Config,
    string Result,
    long EndTime,
    long Version
)
{
    /// <summary>How many resources by operation.</summary>
    public JsonElement? ResourceChanges { get; init; }

    public long? ResourceCount { get; init; }
}

/// <summary>GET /api/stacks/{org}/{project}/{stack}/updates?pageSize=&amp;page=, newest first, as the CLI reads it.</summary>
public sealed record HistoryResponse(IReadOnlyList<HistoryEntry> Updates);

/// <summary>The same with <c>output-type</c>, and …/updates/latest/previews.</summary>
public sealed record HistoryPage(int ItemsPerPage, long Total, IReadOnlyList<UpdateInfo> Updates);

/// <summary>
/// POST /api/console/stacks/{org}/{project}/{stack}/past-updates, Holdfast's own: updates that were made elsewhere, oldest first, into a stack to which
/// nothing has happened yet. Answers with <see cref="PastUpdatesStatus"/>.
/// </summary>
public sealed record PastUpdatesRequest(IReadOnlyList<HistoryEntry> Updates);

/// <summary>GET of the same, and PUT …/past-updates/{version}/state, whose body is what that update left, as <c>pulumi stack export</c> writes it.</summary>
/// <param name="Open">Whether it takes past updates; false as soon as something has happened to the stack here.</param>
/// <param name="Version">The last that it has.</param>
/// <param name="StateVersion">The last that came with its state; 0 is none.</param>
public sealed record PastUpdatesStatus(bool Open, long Version, long StateVersion);

/// <summary>GET …/updates/latest, …/updates/{version} and …/previews/{updateID}</summary>
public sealed record UpdateInfo(HistoryEntry Info, string UpdateID, long Version, long LatestVersion, Person RequestedBy);

/// <summary>Who asked for something.</summary>
public sealed record Person(string Name, string GithubLogin, string AvatarUrl);

/// <summary>GET …/updates/{version}/summary and …/previews/{updateID}/summary</summary>
public sealed record UpdateSummary(string Result, long StartTime, long EndTime, long ResourceCount);

/// <summary>GET …/updates/{version}/timeline and …/updates/latest/timeline: an update and what led to it.</summary>
public sealed record UpdateTimeline(UpdateInfo Update, IReadOnlyList<UpdateInfo> CollatedUpdateEvents, IReadOnlyList<UpdateInfo> Previews);

/// <summary>GET /api/console/stacks/{org}/{project}/{stack}/updates/{updateID}/summary: what the CLI prints at the end, as text.</summary>
public sealed record ConsoleUpdateSummary(string Summary);
