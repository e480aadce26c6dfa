namespace Wire;

/// <summary>A team, as the published API has it.</summary>
/// <param name="Kind"><c>pulumi</c>: its members are kept here; <c>scim</c>: elsewhere.</param>
/// <param name="UserRole">The caller's: <c>admin</c>, <c>member</c> or <c>none</c>.</param>
public sealed record Team(
    string Kind,
    string Name,
    string DisplayName,
    string Description,
    string UserRole,
    IReadOnlyList<TeamMember>? Members = null,
    IReadOnlyList<TeamStack>? Stacks = null,
    IReadOnlyList<TeamEnvironment>? Environments = null,
    IReadOnlyList<string>? RoleIds = null
);

/// <param name="Role"><c>admin</c> or <c>member</c>.</param>
public sealed record TeamMember(string GithubLogin, string Name, string AvatarUrl, string Role);

/// <param name="Permission">101 read, 102 write, 103 administer.</param>
public sealed record TeamStack(string? ProjectName, string? StackName, long Permission = 0);

/// <param name="Permission"><c>read</c>, <c>open</c>, <c>write</c> or <c>admin</c>.</param>
/// <param name="MaxOpenDuration">How long it may stay open.</param>
public sealed record TeamEnvironment(string? ProjectName, string? EnvName, string? Permission = null, string? MaxOpenDuration = null);

/// <summary>GET /api/orgs/{org}/teams</summary>
public sealed record ListTeamsResponse(IReadOnlyList<Team> Teams);

/// <summary>POST /api/orgs/{org}/teams/pulumi</summary>
public sealed record CreateTeamRequest(string? Name, string? DisplayName, string? Description);

/// <summary>PATCH /api/orgs/{org}/teams/{team}: each part by itself.</summary>
/// <param name="MemberAction"><c>add</c>, <c>remove</c>, <c>promote</c> or <c>demote</c>.</param>
public sealed record UpdateTeamRequest(
    string? NewDisplayName,
    string? NewDescription,
    string? Member,
    string? MemberAction,
    TeamStack? AddStackPermission,
    TeamStack? EditStackPermission,
    TeamStack? RemoveStack,
    TeamEnvironment? AddEnvironmentPermission,
    TeamEnvironment? EditEnvironmentPermission,
    TeamEnvironment? RemoveEnvironment
);

/// <summary>GET /api/stacks/{org}/{project}/{stack}/teams</summary>
public sealed record ListStackTeamsResponse(string ProjectName, IReadOnlyList<StackTeam> Teams);

public sealed record StackTeam(string Name, string DisplayName, string Description, bool IsMember, long Permission);

/// <summary>GET /api/stacks/{org}/{project}/{stack}/collaborators</summary>
public sealed record ListCollaboratorsResponse(string? StackCreatorUserName, IReadOnlyList<UserPermission> Users);

public sealed record UserPermission(long Permission, UserInfo User);

/// <summary>PATCH /api/console/stacks/{org}/{project}/{stack}/teams/{team}</summary>
/// <param name="Permissions">101 read, 102 write, 103 administer; null takes the stack from the team.</param>
public sealed record UpdateTeamStackPermissionsRequest(long? Permissions);

/// <summary>GET /api/orgs/{org}/members/{user}/teams</summary>
public sealed record MemberTeamsResponse(IReadOnlyList<string> Teams);
