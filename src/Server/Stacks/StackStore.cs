using Server.Data;

namespace Server.Stacks;

/// <summary>Owns <c>stacks</c>, <c>stack_tags</c> and <c>stack_former_names</c>.</summary>
public sealed class StackStore(Database database)
{
    /// <returns>Null both where there is no such stack and where the account may not see it.</returns>
    public Task<Stack?> Find(string accountId, string organization, string project, string name, CancellationToken ct) =>
        database.QueryOne<Stack>(
            $"""
            SELECT s.*, o.login AS organization, m.role
            FROM stacks s
            JOIN organizations o ON o.id = s.organization_id
            JOIN memberships m ON m.organization_id = o.id
            WHERE m.account_id = {accountId} AND o.login_key = {organization.ToLowerInvariant()}
              AND s.project = {project} AND s.name = {name} AND s.deleted_ms = 0
            """,
            ct
        );
}
