using Server.Data;

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

    /// <summary>What members may do with every stack: a <see cref="StackLevel"/>.</summary>
    public long StackPermission { get; init; }

    public bool MembersCreateStacks { get; init; }
    public bool MembersDeleteStacks { get; init; }
    public bool MembersTransferStacks { get; init; }
    public bool MembersCreateTeams { get; init; }

    public bool IsAdmin => Role == OrganizationRole.Admin;

    /// <summary>What he may do with every stack of the organization.</summary>
    public long Baseline =>
        IsAdmin ? StackLevel.Admin
        : IsPlainMember ? StackPermission
        : StackLevel.None;

    protected bool IsPlainMember => Role == OrganizationRole.Member && RoleId is null;

    /// <summary>Of a membership <c>m</c> of an organization <c>o</c>.</summary>
    public static Sql Columns =>
        $"m.account_id, m.role, m.role_id, o.stack_permission, o.members_create_stacks, o.members_delete_stacks, o.members_transfer_stacks, o.members_create_teams";
}
