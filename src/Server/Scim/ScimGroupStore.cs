using Server.Data;

namespace Server.Scim;

/// <summary>Owns <c>scim_groups</c>: which teams a directory keeps, and what it calls them.</summary>
public sealed class ScimGroupStore(Database database, TimeProvider clock)
{
    public Task<List<ScimGroup>> List(string organizationId, CancellationToken ct) =>
        database.Query<ScimGroup>($"{Groups(organizationId)} ORDER BY t.id", ct);

    public Task<ScimGroup?> Find(string organizationId, string id, CancellationToken ct) =>
        database.QueryOne<ScimGroup>($"{Groups(organizationId)} AND t.id = {id}", ct);

    /// <summary>Of all groups of the organization.</summary>
    public Task<List<ScimGroupMember>> Members(string organizationId, CancellationToken ct) =>
        database.Query<ScimGroupMember>(
            $"""
            SELECT tm.team_id, u.id AS user_id, u.user_name
            FROM team_members tm JOIN teams t ON t.id = tm.team_id
            JOIN scim_users u ON u.organization_id = t.organization_id AND u.account_id = tm.account_id
            WHERE t.organization_id = {organizationId} ORDER BY u.user_key
            """,
            ct
        );

    public Task<int> Add(Transaction transaction, string teamId, string externalId, string displayName) =>
        transaction.Execute(
            $"""
            INSERT INTO scim_groups (team_id, external_id, display_name, modified_ms)
            VALUES ({teamId}, {externalId}, {displayName}, {clock.GetUtcNow().ToUnixTimeMilliseconds()})
            """
        );

    public Task<int> Update(Transaction transaction, string teamId, string externalId, string displayName) =>
        transaction.Execute(
            $"""
            UPDATE scim_groups
            SET external_id = {externalId}, display_name = {displayName}, modified_ms = {clock.GetUtcNow().ToUnixTimeMilliseconds()}
            WHERE team_id = {teamId}
            """
        );

    public Task<int> Remove(Transaction transaction, string teamId) =>
        transaction.Execute($"DELETE FROM scim_groups WHERE team_id = {teamId}");

    private static Sql Groups(string organizationId) =>
        $"""
            SELECT t.id, g.display_name, g.external_id, t.created_ms, g.modified_ms
            FROM scim_groups g JOIN teams t ON t.id = g.team_id WHERE t.organization_id = {organizationId}
            """;
}
