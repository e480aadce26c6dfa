namespace Server.Organizations;

/// <summary>What is said of an organization on its settings page.</summary>
public sealed record OrganizationSettings
{
    public required string Name { get; init; }
    public required long StackPermission { get; init; }
    public required long EnvironmentPermission { get; init; }
    public required bool MembersCreateStacks { get; init; }
    public required bool MembersDeleteStacks { get; init; }
    public required bool MembersTransferStacks { get; init; }
    public required bool MembersCreateTeams { get; init; }

    /// <summary>Nothing but what is set here can be changed by who may change the settings.</summary>
    public static OrganizationSettings Of(Organization organization) =>
        new()
        {
            Name = organization.Name,
            StackPermission = organization.StackPermission,
            EnvironmentPermission = organization.EnvironmentPermission,
            MembersCreateStacks = organization.MembersCreateStacks,
            MembersDeleteStacks = organization.MembersDeleteStacks,
            MembersTransferStacks = organization.MembersTransferStacks,
            MembersCreateTeams = organization.MembersCreateTeams,
        };

    /// <summary>What changes, for the audit log.</summary>
    public string DifferenceTo(OrganizationSettings other)
    {
        var changes = new[]
        {
            Name == other.Name ? null : $"its name is {other.Name}",
            StackPermission == other.StackPermission ? null : $"members have {StackLevel.NameOf(other.StackPermission)} on every stack",
            EnvironmentPermission == other.EnvironmentPermission
                ? null
                : $"members have {EnvironmentLevel.NameOf(other.EnvironmentPermission)} on every environment",
            Said(MembersCreateStacks, other.MembersCreateStacks, "create stacks"),
            Said(MembersDeleteStacks, other.MembersDeleteStacks, "delete stacks"),
            Said(MembersTransferStacks, other.MembersTransferStacks, "transfer stacks"),
            Said(MembersCreateTeams, other.MembersCreateTeams, "create teams"),
        };
        return string.Join(", ", changes.Where(c => c is not null));
    }

    private static string? Said(bool before, bool now, string what) =>
        before == now ? null
        : now ? $"members may {what}"
        : $"members may not {what}";
}
