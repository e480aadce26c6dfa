using System.Text.Json;

namespace Wire;

/// <summary>GET /api/esc/environments and /api/esc/environments/{org}</summary>
/// <param name="NextToken">Empty or absent on the last page.</param>
public sealed record ListEnvironmentsResponse(IReadOnlyList<OrgEnvironment> Environments, string? NextToken = null);

/// <summary>An environment in a list. Times are RFC 3339.</summary>
/// <param name="DeletedAt">Only in the list of deleted ones.</param>
public sealed record OrgEnvironment(
    string Id,
    string Organization,
    string Project,
    string Name,
    string Created,
    string Modified,
    IReadOnlyDictionary<string, string> Tags,
    EnvironmentSettings Settings,
    Person OwnedBy,
    EnvironmentReferrerMetadata ReferrerMetadata,
    string? DeletedAt = null
);

public sealed record EnvironmentSettings(bool DeletionProtected);

public sealed record PatchEnvironmentSettingsRequest(bool? DeletionProtected = null);

public sealed record EnvironmentReferrerMetadata(
    long EnvironmentReferrerCount,
    long StackReferrerCount,
    long InsightsAccountReferrerCount = 0
);

/// <summary>POST /api/esc/environments/{org}</summary>
public sealed record CreateEnvironmentRequest(string? Name, string? Project = null);

/// <summary>PUT /api/esc/environments/{org}/restore</summary>
public sealed record RestoreEnvironmentRequest(string? Name, string? Project = null, string? DeletionTimestamp = null);

/// <summary>POST …/clone</summary>
public sealed record CloneEnvironmentRequest(
    string? Name,
    string? Project = null,
    long? Version = null,
    bool PreserveHistory = false,
    bool PreserveAccess = false,
    bool PreserveEnvironmentTags = false,
    bool PreserveRevisionTags = false
);

public sealed record EnvironmentMetadata(string Id, Person OwnedBy);

/// <summary>A place in a definition. Line and column count from 1, bytes from 0.</summary>
public sealed record SourcePosition(int Line, int Column, int Byte);

/// <param name="Environment"><c>project/name</c> of the definition.</param>
public sealed record SourceRange(string Environment, SourcePosition Begin, SourcePosition End);

/// <param name="Severity"><c>error</c> (also when absent) or <c>warning</c>.</param>
public sealed record EnvironmentDiagnostic(string Summary, SourceRange? Range = null, string? Severity = null, string? Path = null)
{
    public string? Detail { get; init; }
}

/// <summary>Answers to PATCH of a definition, and error bodies that say where the definition is wrong.</summary>
public sealed record EnvironmentDiagnosticsResponse(IReadOnlyList<EnvironmentDiagnostic>? Diagnostics = null);

public sealed record EnvironmentErrorResponse(int Code, string Message, IReadOnlyList<EnvironmentDiagnostic> Diagnostics);

/// <summary>POST …/open</summary>
public sealed record OpenEnvironmentResponse(string Id, IReadOnlyList<EnvironmentDiagnostic>? Diagnostics = null);

/// <summary>GET …/versions is a bare array of these, newest first.</summary>
public sealed record EnvironmentRevision(long Number, string Created, IReadOnlyList<string> Tags)
{
    public string? CreatorLogin { get; init; }
    public string? CreatorName { get; init; }
    public EnvironmentRevisionRetracted? Retracted { get; init; }
}

public sealed record EnvironmentRevisionRetracted(long Replacement, string At)
{
    public string? ByLogin { get; init; }
    public string? ByName { get; init; }
    public string? Reason { get; init; }
}

public sealed record RetractEnvironmentRevisionRequest(long? Replacement = null, string? Reason = null);

public sealed record EnvironmentRevisionTag(
    string Name,
    long Revision,
    string Created,
    string Modified,
    string? EditorLogin = null,
    string? EditorName = null
);

public sealed record ListEnvironmentRevisionTagsResponse(IReadOnlyList<EnvironmentRevisionTag> Tags, string NextToken);

public sealed record CreateEnvironmentRevisionTagRequest(string? Name, long? Revision = null);

public sealed record UpdateEnvironmentRevisionTagRequest(long? Revision = null);

public sealed record EnvironmentTag(
    string Id,
    string Name,
    string Value,
    string Created,
    string Modified,
    string EditorLogin,
    string EditorName
);

public sealed record ListEnvironmentTagsResponse(IReadOnlyDictionary<string, EnvironmentTag> Tags, string NextToken);

public sealed record CreateEnvironmentTagRequest(string? Name, string? Value);

/// <param name="CurrentTag">What the tag is thought to be now: an empty name is not looked at.</param>
/// <param name="NewTag">An empty member leaves it as it is.</param>
public sealed record UpdateEnvironmentTagRequest(TagText? CurrentTag, TagText? NewTag);

public sealed record TagText(string? Name = null, string? Value = null);

public sealed record ListEnvironmentReferrersResponse(
    IReadOnlyDictionary<string, IReadOnlyList<EnvironmentReferrer>> Referrers,
    string? ContinuationToken = null
);

public sealed record EnvironmentReferrer(EnvironmentImportReferrer? Environment = null, EnvironmentStackReferrer? Stack = null);

public sealed record EnvironmentImportReferrer(string Project, string Name, long Revision);

public sealed record EnvironmentStackReferrer(string Project, string Stack, long Version);

/// <summary>GET /api/esc/providers and /api/esc/rotators</summary>
public sealed record ListProvidersResponse(IReadOnlyList<string> Providers);

public sealed record ListRotatorsResponse(IReadOnlyList<string> Rotators);

/// <summary>An opened environment, as far as command lines need it.</summary>
public sealed record OpenedEnvironment(
    IReadOnlyDictionary<string, EnvironmentValue>? Properties = null,
    IReadOnlyDictionary<string, JsonElement>? Exprs = null,
    IReadOnlyList<EnvironmentDiagnostic>? Diagnostics = null
);

/// <param name="Value">Null, a boolean, number or string, or a list or map of such envelopes.</param>
public sealed record EnvironmentValue(JsonElement Value, bool Secret = false, bool Unknown = false)
{
    public EnvironmentTrace? Trace { get; init; }
}

public sealed record EnvironmentTrace(SourceRange? Def = null);

public sealed record EncryptEnvironmentSecretsRequest(IReadOnlyList<string?>? Plaintexts);

public sealed record EncryptEnvironmentSecretsResponse(IReadOnlyList<string> Ciphertexts);

public sealed record DecryptEnvironmentSecretsRequest(IReadOnlyList<string?>? Ciphertexts);

public sealed record DecryptEnvironmentSecretsResponse(IReadOnlyList<string> Plaintexts);
