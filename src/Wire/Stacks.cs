using System.Text.Json;

namespace Wire;

/// <summary>POST /api/stacks/{org}/{project}. A new project needs no creating: its first stack makes it.</summary>
/// <param name="Teams">Names of teams that get access.</param>
/// <param name="State">Sent for a stack with a secrets provider of its own: a deployment without resources.</param>
/// <param name="Config">Sent for a stack whose configuration is to be kept by the service.</param>
public sealed record CreateStackRequest(
    string? StackName,
    IReadOnlyDictionary<string, string?>? Tags = null,
    IReadOnlyList<string?>? Teams = null,
    JsonElement? State = null,
    StackConfig? Config = null
);

/// <param name="Messages">The CLI prints them.</param>
public sealed record CreateStackResponse(IReadOnlyList<ServiceMessage>? Messages = null);

/// <summary>Where a stack's configuration is kept; present only where that is not a file.</summary>
/// <param name="Environment"><c>project/environment</c>, also with a version: <c>project/environment@3</c>.</param>
public sealed record StackConfig(
    string? Environment,
    string? SecretsProvider = null,
    string? EncryptedKey = null,
    string? EncryptionSalt = null
);

/// <summary>GET /api/stacks/{org}/{project}/{stack}</summary>
/// <param name="ActiveUpdate">The most recent update, running or finished; empty before the first.</param>
/// <param name="Version">The number of the last update; 0 before the first.</param>
public sealed record StackResponse(
    string Id,
    string OrgName,
    string ProjectName,
    string StackName,
    string ActiveUpdate,
    IReadOnlyDictionary<string, string> Tags,
    long Version
)
{
    /// <summary>While an update runs.</summary>
    public OperationStatus? CurrentOperation { get; init; }

    public StackConfig? Config { get; init; }
}

/// <param name="Author">Login name.</param>
/// <param name="Started">Unix seconds.</param>
public sealed record OperationStatus(string Kind, string Author, long Started);

/// <summary>GET /api/user/stacks?project=&amp;organization=&amp;tagName=&amp;tagValue=&amp;maxResults=&amp;continuationToken=</summary>
/// <param name="ContinuationToken">Absent on the last page: an empty one makes clients ask for ever.</param>
public sealed record ListStacksResponse(IReadOnlyList<StackSummary> Stacks, string? ContinuationToken = null);

/// <param name="LastUpdate">Unix seconds; absent before the first update.</param>
/// <param name="ResourceCount">Absent before the first state.</param>
public sealed record StackSummary(
    string Id,
    string OrgName,
    string ProjectName,
    string StackName,
    long? LastUpdate,
    long? ResourceCount,
    StackLinks Links
);

/// <param name="Self">The stack's page in the console.</param>
public sealed record StackLinks(string Self);

/// <summary>POST …/tags and, with a value only, PATCH …/tags/{name}. PATCH …/tags takes a map of all tags.</summary>
public sealed record StackTag(string? Name, string? Value);

/// <summary>GET …/policypacks</summary>
public sealed record StackPolicyPacksResponse(IReadOnlyList<JsonElement> RequiredPolicies);

/// <summary>POST …/rename. What is empty stays as it is. The answer is that of an import.</summary>
public sealed record RenameStackRequest(string? NewName, string? NewProject);

/// <summary>POST …/transfer. All but <paramref name="ToOrg"/> repeats the address, if it is there.</summary>
public sealed record TransferStackRequest(string? ToOrg, string? FromOrg = null, string? ProjectName = null, string? StackName = null);

/// <summary>GET /api/orgs/{org}/restore-stack: the stacks deleted last.</summary>
public sealed record ListDeletedStacksResponse(IReadOnlyList<DeletedStack> DeletedStacks);

/// <param name="ProgramId">What it is restored by.</param>
/// <param name="DeletedAt">Unix seconds.</param>
public sealed record DeletedStack(
    string Id,
    string ProgramId,
    string ProjectName,
    string StackName,
    long Version,
    long DeletedAt,
    UpdateSummary LastUpdate
);

/// <summary>POST /api/orgs/{org}/restore-stack/{programId}</summary>
/// <param name="StackName">The name that it gets; empty for its own.</param>
public sealed record RestoreDeletedStackRequest(string? StackName);
