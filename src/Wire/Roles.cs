using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wire;

/// <summary>A role, a policy or a permission set of an organization.</summary>
/// <param name="UxPurpose"><c>role</c>, <c>role_private</c>, <c>role_temporary</c>, <c>policy</c> or <c>set</c>.</param>
/// <param name="Details">What it gives: a tree whose nodes say by <c>__type</c> what they are.</param>
/// <param name="DefaultIdentifier">Of a built-in role: its name.</param>
/// <param name="Created">RFC 3339.</param>
/// <param name="Modified">RFC 3339.</param>
/// <param name="IsOrgDefault">Do new members get it?</param>
public sealed record PermissionDescriptorRecord(
    string Id,
    string OrgId,
    string Name,
    string Description,
    string ResourceType,
    string UxPurpose,
    JsonElement Details,
    string? DefaultIdentifier,
    long Version,
    string Created,
    string Modified,
    bool IsOrgDefault
);

/// <summary>GET /api/orgs/{org}/roles, and …/teams/{team}/roles.</summary>
public sealed record ListRolesResponse(IReadOnlyList<PermissionDescriptorRecord> Roles);

/// <summary>POST /api/orgs/{org}/roles</summary>
public sealed record CreateRoleRequest(string? Name, string? Description, string? ResourceType, string? UxPurpose, JsonElement? Details);

/// <summary>PATCH /api/orgs/{org}/roles/{id}: what is absent stays.</summary>
public sealed record UpdateRoleRequest(string? Name, string? Description, JsonElement? Details);

/// <summary>The node of a role that gives permissions.</summary>
public sealed record PermissionDescriptorAllow([property: JsonPropertyName("__type")] string Type, IReadOnlyList<string> Permissions);

/// <summary>GET /api/orgs/{org}/roles/scopes: by the kind of thing that they are about.</summary>
public sealed record RbacScopeGroup(string Name, IReadOnlyList<RbacScope> Scopes);

/// <param name="Name">A permission: <c>stack:read</c>.</param>
public sealed record RbacScope(string Name, RbacScopeMetadata Metadata);

public sealed record RbacScopeMetadata(string Description);

/// <summary>GET /api/orgs/{org}/roles/{id}/users</summary>
public sealed record ListUsersWithRoleResponse(IReadOnlyList<UserInfo> Users);

/// <summary>GET /api/orgs/{org}/roles/{id}/teams</summary>
public sealed record ListTeamsWithRoleResponse(IReadOnlyList<Team> Teams);
