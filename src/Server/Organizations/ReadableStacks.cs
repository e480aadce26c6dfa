using Server.Auth;
using Server.Data;
using Server.Roles;

namespace Server.Organizations;

/// <summary>
/// Which stacks <c>s</c> somebody may see, as a condition: for every list, search and count, since a stack that one may not read does not exist.
/// </summary>
public static class ReadableStacks
{
    /// <summary>Of stacks that are known to belong to the organization.</summary>
    public static Sql Of(Organization reader) => reader.Baseline >= StackLevel.Read ? Rows.Always : Otherwise(reader);

    /// <summary>In all of them.</summary>
    public static Sql Of(IReadOnlyList<Organization> readers)
    {
        Sql any = $"s.organization_id IN {readers.Where(r => r.Baseline >= StackLevel.Read).Select(r => r.Id)}";
        foreach (var reader in readers.Where(r => r.Baseline < StackLevel.Read))
        {
            any = $"{any} OR s.organization_id = {reader.Id} AND {Otherwise(reader)}";
        }
        return $"({any})";
    }

    /// <summary>By name, by a team, by a custom role.</summary>
    private static Sql Otherwise(Organization reader) =>
        reader.Held.All.Count == 0
            ? ByNameOrTeam(reader)
            : Rows.Or(ByNameOrTeam(reader), reader.Held.InSql(Permission.StackRead, Rows.Stacks));

    private static Sql ByNameOrTeam(Organization reader) =>
        $"""
            (EXISTS (SELECT 1 FROM stack_grants g WHERE g.stack_id = s.id AND g.account_id = {reader.AccountId})
              OR EXISTS (
                SELECT 1 FROM team_stacks p
                JOIN teams t ON t.id = p.team_id AND t.organization_id = {reader.Id}
                JOIN team_members tm ON tm.team_id = p.team_id
                WHERE p.stack_id = s.id AND tm.account_id = {reader.AccountId}))
            """;
}
