using Server.Data;

namespace Server.Organizations;

/// <summary>Levels of stacks <c>s</c>, as SQL.</summary>
public static class StackLevels
{
    /// <summary>The highest that a membership <c>m</c> of the stack's organization <c>o</c> has: by what members have, by name, by a team.</summary>
    public static Sql OfMember =>
        $"""
            (SELECT MAX(l.permission) FROM (
              SELECT CASE WHEN m.role = {OrganizationRole.Admin} THEN {StackLevel.Admin}
                WHEN m.role = {OrganizationRole.Member} AND m.role_id IS NULL THEN o.stack_permission ELSE {StackLevel.None} END AS permission
              UNION ALL
              SELECT g.permission FROM stack_grants g WHERE g.stack_id = s.id AND g.account_id = m.account_id
              UNION ALL
              SELECT p.permission FROM team_stacks p
              JOIN teams t ON t.id = p.team_id AND t.organization_id = s.organization_id
              JOIN team_members tm ON tm.team_id = p.team_id
              WHERE p.stack_id = s.id AND tm.account_id = m.account_id
            ) l)
            """;
}
