using System.Text.Json;

namespace Wire;

/// <summary>POST /api/stacks/{org}/{project}/{stack}/{update|preview|refresh|destroy}: creates an update that does not run yet.</summary>
/// <param name="Name">The project's name, as in its Pulumi.yaml.</param>
/// <param name="Options">Decides with <c>dryRun</c> whether the update changes anything: the address does not, since the preview in front of an
/// <c>up</c> arrives at <c>/update</c>.</param>
/// <param name="Config">By fully qualified key.</param>
public sealed record UpdateProgram(
    string? Name,
    string? Runtime,
    string? Main,
    string? Description,
    UpdateOptions? Options,
    Dictionary<string, ConfigValue>? Config,
    UpdateMetadata? Metadata
);

public sealed record UpdateOptions
{
    public bool? DryRun { get; init; }

    /// <summary>Everything else that was asked for: parallelism, colour, targets.</summary>
    [System.Text.Json.Serialization.JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <param name="String">Plain text, ciphertext in base64 (<paramref name="Secret"/>) or JSON text (<paramref name="Object"/>).</param>
public sealed record ConfigValue(string? String, bool Secret, bool Object);

/// <param name="Environment">Free-form facts such as <c>git.head</c> and <c>exec.kind</c>.</param>
public sealed record UpdateMetadata(string? Message, Dictionary<string, string>? Environment);

/// <param name="RequiredPolicies">None until policies exist.</param>
/// <param name="Messages">Printed before the run.</param>
public sealed record CreateUpdateResponse(
    string UpdateID,
    IReadOnlyList<JsonElement> RequiredPolicies,
    IReadOnlyList<JsonElement> Messages
);

/// <summary>POST /api/stacks/{org}/{project}/{stack}/update/{updateID}</summary>
/// <param name="Tags">All tags that the stack has from now on; absent leaves them alone.</param>
/// <param name="JournalVersion">The highest that the client speaks; absent is none.</param>
public sealed record StartUpdateRequest(Dictionary<string, string>? Tags, int? JournalVersion);

/// <param name="Version">The stack's version once this update has ended; dry runs leave it as it is.</param>
/// <param name="Token">Never empty, for dry runs neither: the CLI stops on it.</param>
/// <param name="TokenExpiration">Unix seconds.</param>
/// <param name="JournalVersion">1 asks for journal entries; absent for checkpoints.</param>
public sealed record StartUpdateResponse(long Version, string Token, long TokenExpiration, int? JournalVersion);

/// <summary>POST /api/stacks/{org}/{project}/{stack}/begin-update: creates and starts in one call.</summary>
/// <param name="UpdateKind"><c>update</c>, <c>preview</c>, <c>refresh</c>, <c>destroy</c> or <c>resource-import</c>.</param>
public sealed record BeginUpdateRequest(string? UpdateKind, UpdateProgram? Program, Dictionary<string, string>? Tags, int? JournalVersion);

/// <summary>POST …/update/{updateID}/renew_lease. The token comes in the header; in the body it is empty.</summary>
/// <param name="Duration">Seconds, 0 to 300.</param>
public sealed record RenewLeaseRequest(string? Token, long? Duration);

/// <param name="Token">Replaces the client's; it is the same as before.</param>
/// <param name="TokenExpiration">Unix seconds.</param>
public sealed record RenewLeaseResponse(string Token, long TokenExpiration);

/// <summary>POST …/update/{updateID}/complete</summary>
/// <param name="Status"><c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</param>
public sealed record CompleteUpdateRequest(string? Status);

/// <summary>GET …/update/{updateID}: how far it is, and the lines it has logged.</summary>
/// <param name="Status"><c>not started</c>, <c>requested</c>, <c>running</c>, <c>failed</c>, <c>succeeded</c> or <c>cancelled</c>.</param>
/// <param name="ContinuationToken">Absent once nothing more will come.</param>
public sealed record UpdateResults(string Status, IReadOnlyList<UpdateLogLine> Events, string? ContinuationToken);

/// <param name="Kind"><c>stdout</c> or <c>stderr</c>.</param>
public sealed record UpdateLogLine(string Index, string Kind, Dictionary<string, JsonElement> Fields);

/// <summary>POST /api/stacks/{org}/{project}/{stack}/import</summary>
public sealed record ImportStackResponse(string UpdateId);

/// <summary>POST …/update/{updateID}/log, of clients before engine events.</summary>
/// <param name="Kind"><c>stdout</c> or <c>stderr</c>.</param>
public sealed record UpdateLogRequest(string? Kind, Dictionary<string, JsonElement>? Fields);
