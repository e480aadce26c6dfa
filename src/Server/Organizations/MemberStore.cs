using Server.Data;

namespace Server.Organizations;

/// <summary>Writes <c>memberships</c>. Accounts of machines, whose names have a slash, are members for what they may do, and in no list of people.</summary>
public sealed class MemberStore(Database database, TimeProvider clock)
{
    public Task<List<Member>> List(string organizationId, CancellationToken ct) =>
        database.Query<Member>($"{Members} WHERE m.organization_id = {organizationId} AND a.login NOT LIKE '%/%' ORDER BY a.login_key", ct);

    public Task<Member?> Find(string organizationId, string login, CancellationToken ct) =>
        database.QueryOne<Member>(
            $"{Members} WHERE m.organization_id = {organizationId} AND a.login_key = {login.ToLowerInvariant()} AND a.login NOT LIKE '%/%'",
            ct
        );

    /// <summary>The account of that name, member or not.</summary>
    public Task<string?> AccountId(string login, CancellationToken ct) =>
        database.QueryOne<string>($"SELECT id FROM accounts WHERE login_key = {login.ToLowerInvariant()} AND login NOT LIKE '%/%'", ct);

    /// <returns>False if the account is a member already.</returns>
    public async Task<bool> Add(Transaction transaction, string organizationId, string accountId, string role, string? roleId) =>
        await transaction.Execute(
            $"""
            INSERT INTO memberships (account_id, organization_id, role, role_id, is_default, created_ms)
            VALUES ({accountId}, {organizationId}, {role}, {roleId}, FALSE, {clock.GetUtcNow().ToUnixTimeMilliseconds()})
            ON CONFLICT DO NOTHING
            """
        ) == 1;

    /// <summary>As what new members of the organization get.</summary>
    /// <returns>False if the account is a member already.</returns>
    public async Task<bool> AddByDefault(Transaction transaction, string organizationId, string accountId) =>
        await Add(
            transaction,
            organizationId,
            accountId,
            OrganizationRole.Member,
            await transaction.QueryOne<string>($"SELECT default_role_id FROM organizations WHERE id = {organizationId}")
        );

    /// <returns>False if that would leave the organization without an administrator, or there is no such member.</returns>
    public async Task<bool> SetRole(Transaction transaction, string organizationId, string accountId, string role, string? roleId)
    {
        await Hold(transaction, organizationId);
        return await transaction.Execute(
                $"""
                UPDATE memberships SET role = {role}, role_id = {roleId}
                WHERE organization_id = {organizationId} AND account_id = {accountId}
                  AND ({role == OrganizationRole.Admin} OR {NotTheLastAdmin(organizationId)})
                """
            ) == 1;
    }

    /// <summary>With all that he had by name or through teams.</summary>
    /// <returns>False if that would leave the organization without an administrator, or there is no such member.</returns>
    public async Task<bool> Remove(Transaction transaction, string organizationId, string accountId)
    {
        await Hold(transaction, organizationId);
        var removed = await transaction.Execute(
            $"""
            DELETE FROM memberships
            WHERE organization_id = {organizationId} AND account_id = {accountId} AND {NotTheLastAdmin(organizationId)}
            """
        );
        if (removed == 0)
        {
            return false;
        }
        await transaction.Execute(
            $"DELETE FROM team_members WHERE account_id = {accountId} AND team_id IN (SELECT id FROM teams WHERE organization_id = {organizationId})"
        );
        await transaction.Execute(
            $"DELETE FROM stack_grants WHERE account_id = {accountId} AND stack_id IN (SELECT id FROM stacks WHERE organization_id = {organizationId})"
        );
        await transaction.Execute(
            $"""
            UPDATE memberships SET is_default = TRUE
            WHERE account_id = {accountId} AND organization_id IN (SELECT id FROM organizations WHERE individual)
              AND NOT EXISTS (SELECT 1 FROM memberships d WHERE d.account_id = {accountId} AND d.is_default)
            """
        );
        return true;
    }

    private static Sql Members =>
        $"""
            SELECT m.account_id, m.role, m.role_id, m.created_ms, a.login, a.name, a.email, r.name AS role_name
            FROM memberships m JOIN accounts a ON a.id = m.account_id LEFT JOIN roles r ON r.id = m.role_id
            """;

    /// <summary>Two administrators who remove each other at the same time must not both succeed.</summary>
    private static async Task Hold(Transaction transaction, string organizationId) =>
        await transaction.Execute($"UPDATE organizations SET created_ms = created_ms WHERE id = {organizationId}");

    private static Sql NotTheLastAdmin(string organizationId) =>
        $"""
            (role <> {OrganizationRole.Admin} OR 1 < (
              SELECT COUNT(*) FROM memberships x JOIN accounts a ON a.id = x.account_id
              WHERE x.organization_id = {organizationId} AND x.role = {OrganizationRole.Admin} AND a.login NOT LIKE '%/%'))
            """;
}
