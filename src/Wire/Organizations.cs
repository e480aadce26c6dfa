using System.Text.Json.Serialization;

namespace Wire;

/// <summary>Somebody, as the lists of an organization show him.</summary>
public sealed record UserInfo(string GithubLogin, string Name, string AvatarUrl, string? Email = null);

/// <summary>A role, as a member has it.</summary>
/// <param name="ModifiedAt">RFC 3339.</param>
public sealed record FgaRole(string Id, string Name, string ModifiedAt);

/// <param name="Role"><c>admin</c>, <c>member</c> or <c>billing-manager</c>; of a custom role the nearest.</param>
/// <param name="Created">RFC 3339: when he joined.</param>
public sealed record OrganizationMember(string Role, UserInfo User, string Created, bool KnownToPulumi, bool VirtualAdmin, FgaRole FgaRole);

/// <summary>GET /api/orgs/{org}/members</summary>
public sealed record ListMembersResponse(IReadOnlyList<OrganizationMember> Members, string? ContinuationToken = null);

/// <summary>POST and PATCH /api/orgs/{org}/members/{login}</summary>
public sealed record ChangeMemberRequest(string? Role, string? FgaRoleId = null);

/// <summary>POST /api/console/actions/new-organization. What a plan costs is not asked.</summary>
public sealed record NewOrganizationRequest(string? OrgName, string? DisplayName = null);

/// <summary>GET /api/orgs/{org}</summary>
public sealed record OrganizationResponse(string GithubLogin, string Name, string AvatarUrl, IReadOnlyList<string> Repos);

/// <summary>PATCH /api/orgs/{org}: what is absent stays.</summary>
public sealed record UpdateOrganizationRequest(
    long? SetDefaultStackPermission,
    string? SetDefaultEnvironmentPermission,
    bool? SetMembersCanCreateStacks,
    bool? SetMembersCanDeleteStacks,
    bool? SetMembersCanTransferStacks,
    bool? SetMembersCanCreateTeams,
    long? SetMaxAccessTokenExpiryDays
);

/// <summary>GET /api/orgs/{org}/metadata</summary>
public sealed record OrganizationMetadata
{
    public required string Id { get; init; }
    public required string Kind { get; init; }
    public required string Created { get; init; }
    public required string UserRole { get; init; }
    public required long MemberCount { get; init; }
    public required long StackCount { get; init; }
    public required long EnvironmentCount { get; init; }
    public long AccountCount { get; init; }
    public required long DefaultStackPermission { get; init; }
    public required string DefaultEnvironmentPermission { get; init; }

    /// <summary>How many days a token may still live that is used here; 0 is no limit.</summary>
    public required long MaxAccessTokenExpiryDays { get; init; }

    /// <summary>The role that new members get; absent where they are members.</summary>
    public string? DefaultRoleId { get; init; }
    public long DefaultAccountPermission { get; init; }
    public required bool MembersCanCreateStacks { get; init; }
    public required bool MembersCanDeleteStacks { get; init; }
    public required bool MembersCanTransferStacks { get; init; }
    public required bool MembersCanCreateTeams { get; init; }
    public bool MembersCanCreateAccounts { get; init; }
    public string AiEnablement { get; init; } = "disabled";
    public bool AuditLogsEnabled { get; init; } = true;
    public bool WebhooksEnabled { get; init; } = true;
    public bool InsightsTrialUsingPolicy { get; init; }
    public bool NaturalLanguageSearchDisabled { get; init; } = true;
    public bool NeoAgentDisabled { get; init; } = true;
    public string NeoApprovalMode { get; init; } = "";

    [JsonPropertyName("neoCLIExplanationsDisabled")]
    public bool NeoCliExplanationsDisabled { get; init; } = true;
    public bool NeoEnabled { get; init; }
    public string NeoTaskSharingMode { get; init; } = "";

    [JsonPropertyName("preferredVCS")]
    public string PreferredVcs { get; init; } = "";

    /// <summary>Each feature that the published API knows, and whether it is here.</summary>
    public required IReadOnlyDictionary<string, bool> Features { get; init; }
}

/// <summary>POST /api/orgs/{org}/invites/link, and each of POST …/invites/batch.</summary>
public sealed record CreateInviteRequest(string? Email, string? Role, string? RoleId = null);

/// <param name="AcceptInviteUrl">Whoever has it may join, once.</param>
public sealed record CreateInviteResponse(string Id, string AcceptInviteUrl);

/// <summary>POST /api/orgs/{org}/invites/batch</summary>
public sealed record BatchInviteRequest(IReadOnlyList<CreateInviteRequest?>? Invites);

public sealed record BatchInviteResponse(IReadOnlyList<CreateInviteResponse> SentInvites, IReadOnlyList<CreateInviteRequest> FailedInvites);

/// <param name="AcceptInviteUrl">Empty: the link is shown once, when it is made.</param>
/// <param name="SentAt">Unix seconds.</param>
/// <param name="Status"><c>invited</c>, or <c>expired</c>.</param>
public sealed record PendingInvite(
    string Id,
    string Email,
    string Role,
    string? RoleId,
    string AcceptInviteUrl,
    long SentAt,
    UserInfo SentBy,
    string Status
);

/// <summary>GET /api/orgs/{org}/invites</summary>
public sealed record ListInvitesResponse(IReadOnlyList<PendingInvite> Invites);
