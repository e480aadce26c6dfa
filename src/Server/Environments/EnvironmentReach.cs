using Server.Auth;
using Server.Data;
using Server.Organizations;
using Server.Roles;

namespace Server.Environments;

/// <summary>
/// How far somebody may go with environments <c>e</c>, as SQL: by what members have, as the one who made it, by a team, by a custom role. One that he may not
/// read does not exist for him.
/// </summary>
public static class EnvironmentReach
{
    /// <summary>The highest level that anything but a custom role gives.</summary>
    public static Sql LevelOf(Standing reader) =>
        $"""
            (SELECT MAX(l.permission) FROM (
              SELECT CAST({reader.EnvironmentBaseline} AS BIGINT) AS permission
              UNION ALL
              SELECT {EnvironmentLevel.Admin} WHERE e.owner_id = {reader.AccountId}
              UNION ALL
              SELECT p.permission FROM team_environments p
              JOIN teams t ON t.id = p.team_id AND t.organization_id = e.organization_id
              JOIN team_members tm ON tm.team_id = p.team_id
              WHERE p.environment_id = e.id AND tm.account_id = {reader.AccountId}
            ) l)
            """;

    /// <summary>Of environments that are known to belong to the reader's organization.</summary>
    public static Sql Readable(Standing reader)
    {
        if (reader.EnvironmentBaseline >= EnvironmentLevel.Read)
        {
            return Rows.Always;
        }
        Sql otherwise = $"""
            (e.owner_id = {reader.AccountId} OR EXISTS (
              SELECT 1 FROM team_environments p
              JOIN teams t ON t.id = p.team_id AND t.organization_id = e.organization_id
              JOIN team_members tm ON tm.team_id = p.team_id
              WHERE p.environment_id = e.id AND tm.account_id = {reader.AccountId}))
            """;
        return reader.Held.All.Count == 0
            ? otherwise
            : Rows.Or(otherwise, reader.Held.InSql(Permission.EnvironmentRead, Rows.Environments));
    }

    /// <summary>In all of them.</summary>
    public static Sql Readable(IReadOnlyList<Organization> readers)
    {
        Sql any = Rows.Never;
        foreach (var reader in readers)
        {
            any = $"{any} OR e.organization_id = {reader.Id} AND {Readable(reader)}";
        }
        return $"({any})";
    }
}
