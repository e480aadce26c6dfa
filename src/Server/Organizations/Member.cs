namespace Server.Organizations;

/// <summary>Somebody who belongs to an organization.</summary>
public sealed record Member
{
    public required string AccountId { get; init; }
    public required string Login { get; init; }
    public required string Name { get; init; }
    public required string Email { get; init; }
    public required string Role { get; init; }
    public string? RoleId { get; init; }

    /// <summary>Of the custom role; null where there is none.</summary>
    public string? RoleName { get; init; }

    public required long CreatedMs { get; init; }
    public bool IsAdmin => Role == OrganizationRole.Admin;
    public string RoleLabel => RoleName ?? OrganizationRole.LabelOf(Role);
}
