using Server.Data;
using Server.Roles;

namespace Server.Organizations;

/// <summary>Where somebody stands in an organization: his role, and what the organization lets its members do.</summary>
public abstract record Standing
{
    /// <summary>Whose standing it is.</summary>
    public string AccountId { get; init; } = "";

    /// <summary>One of <see cref="OrganizationRole"/>.</summary>
    public required string Role { get; init; }

    /// <summary>A custom role in the place of what members have; null for none.</summary>
    public string? RoleId { get; init; }

    /// <summary>The ids of the custom roles of his teams, with commas; null for none.</summary>
    public string? TeamRoleIds { get; init; }

    /// <summary>Of the organization's custom roles; 0: it never had one.</summary>
    public long RolesVersion { get; init; }

    /// <summary>What his custom roles give him, which adds up with all else; the stores that read a standing fill it in.</summary>
    public HeldRoles Held { get; init; } = HeldRoles.None;

    /// <summary>What members may do with every stack: a <see cref="StackLevel"/>.</summary>
    public long StackPermission { get; init; }

    /// <summary>What members may do with every environment: an <see cref="EnvironmentLevel"/>.</summary>
    public long EnvironmentPermission { get; init; }

    public bool MembersCreateStacks { get; init; }
    public bool MembersDeleteStacks { get; init; }
    public bool MembersTransferStacks { get; init; }
    public bool MembersCreateTeams { get; init; }

    public bool IsAdmin => Role == OrganizationRole.Admin;

    /// <summary>What he may do with every stack of the organization, custom roles aside.</summary>
    public long Baseline =>
        IsAdmin ? StackLevel.Admin
        : IsPlainMember ? StackPermission
        : StackLevel.None;

    public bool HasRoles => RoleId is not null || TeamRoleIds is not null;

    /// <summary>The same for environments.</summary>
    public long EnvironmentBaseline =>
        IsAdmin ? EnvironmentLevel.Admin
        : IsPlainMember ? EnvironmentPermission
        : EnvironmentLevel.None;

    /// <summary>The ids of all custom roles that he has.</summary>
    public IReadOnlyList<string> RoleIds => [.. RoleId is null ? [] : new[] { RoleId }, .. TeamRoleIds?.Split(',') ?? []];

    protected bool IsPlainMember => Role == OrganizationRole.Member && RoleId is null;

    /// <summary>Of a membership <c>m</c> of an organization <c>o</c>.</summary>
    public static Sql Columns =>
        $"""
            m.account_id, m.role, m.role_id, o.stack_permission, o.environment_permission, o.members_create_stacks, o.members_delete_stacks, o.members_transfer_stacks, o.members_create_teams,
            o.roles_version, CASE WHEN o.roles_version > 0 THEN (
              SELECT string_agg(tr.role_id, ',') FROM team_roles tr
              JOIN teams rt ON rt.id = tr.team_id AND rt.organization_id = o.id
              JOIN team_members rm ON rm.team_id = tr.team_id AND rm.account_id = m.account_id) END AS team_role_ids
            """;
}
