using Server.Data;

namespace Server.Organizations;

/// <summary>Owns <c>organizations</c> and <c>memberships</c>.</summary>
public sealed class OrganizationStore(Database database, TimeProvider clock)
{
    /// <summary>Gives an account that is being made its organization of the same name.</summary>
    /// <returns>False if an organization has that name.</returns>
    public async Task<bool> AddIndividual(Transaction transaction, string accountId, string login, string name)
    {
        var id = Guid.CreateVersion7().ToString();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var added = await transaction.Execute(
            $"""
            INSERT INTO organizations (id, login, login_key, name, individual, created_ms)
            VALUES ({id}, {login}, {login.ToLowerInvariant()}, {name}, TRUE, {now})
            ON CONFLICT DO NOTHING
            """
        );
        if (added == 0)
        {
            return false;
        }
        await transaction.Execute(
            $"INSERT INTO memberships (account_id, organization_id, role, is_default, created_ms) VALUES ({accountId}, {id}, 'admin', TRUE, {now})"
        );
        return true;
    }

    /// <returns>False if the account is a member already.</returns>
    public async Task<bool> AddMember(Transaction transaction, string organizationId, string accountId, string role) =>
        await transaction.Execute(
            $"""
            INSERT INTO memberships (account_id, organization_id, role, is_default) VALUES ({accountId}, {organizationId}, {role}, FALSE)
            ON CONFLICT DO NOTHING
            """
        ) == 1;

    public Task<int> RemoveMember(Transaction transaction, string organizationId, string accountId) =>
        transaction.Execute($"DELETE FROM memberships WHERE organization_id = {organizationId} AND account_id = {accountId}");

    public static async Task<bool> IsMember(Transaction transaction, string organizationId, string accountId) =>
        await transaction.QueryOne<string>(
            $"SELECT role FROM memberships WHERE organization_id = {organizationId} AND account_id = {accountId}"
        )
            is not null;

    /// <summary>The individual organization bears the person's name.</summary>
    public Task RenameIndividual(Transaction transaction, string login, string name) =>
        transaction.Execute($"UPDATE organizations SET name = {name} WHERE login_key = {login.ToLowerInvariant()} AND individual");

    /// <summary>All organizations of an account, its individual one first.</summary>
    public Task<List<Organization>> OfAccount(string accountId, CancellationToken ct) =>
        database.Query<Organization>(
            $"""
            SELECT o.id, o.login, o.name, o.individual, m.is_default, {Standing.Columns}
            FROM memberships m JOIN organizations o ON o.id = m.organization_id
            WHERE m.account_id = {accountId}
            ORDER BY o.individual DESC, o.login_key
            """,
            ct
        );

    /// <returns>Null both where there is no such organization and where the account is not in it.</returns>
    public Task<Organization?> Find(string accountId, string login, CancellationToken ct) =>
        database.QueryOne<Organization>(
            $"""
            SELECT o.id, o.login, o.name, o.individual, m.is_default, {Standing.Columns}
            FROM memberships m JOIN organizations o ON o.id = m.organization_id
            WHERE m.account_id = {accountId} AND o.login_key = {login.ToLowerInvariant()}
            """,
            ct
        );

    /// <summary>For work that nobody waits for: its role is empty.</summary>
    public Task<Organization?> FindById(string id, CancellationToken ct) =>
        database.QueryOne<Organization>(
            $"SELECT o.id, o.login, o.name, o.individual, '' AS role FROM organizations o WHERE o.id = {id}",
            ct
        );

    /// <returns>The team's id; null if there is none of that name.</returns>
    public Task<string?> TeamNamed(string organizationId, string name, CancellationToken ct) =>
        database.QueryOne<string>(
            $"SELECT id FROM teams WHERE organization_id = {organizationId} AND name_key = {name.ToLowerInvariant()}",
            ct
        );

    public async Task<bool> HasRole(string organizationId, string roleId, CancellationToken ct) =>
        await database.QueryOne<string>($"SELECT id FROM roles WHERE organization_id = {organizationId} AND id = {roleId}", ct) is not null;

    /// <summary>Makes the account of a token of the organization a member.</summary>
    public static Task AddMachine(
        Transaction transaction,
        string accountId,
        string organizationId,
        string role,
        string? roleId,
        long nowMs
    ) =>
        transaction.Execute(
            $"""
            INSERT INTO memberships (account_id, organization_id, role, role_id, is_default, created_ms)
            VALUES ({accountId}, {organizationId}, {role}, {roleId}, TRUE, {nowMs})
            """
        );

    public static Task AddMachineToTeam(Transaction transaction, string accountId, string teamId, long nowMs) =>
        transaction.Execute(
            $"INSERT INTO team_members (team_id, account_id, admin, created_ms) VALUES ({teamId}, {accountId}, FALSE, {nowMs})"
        );

    public Task SetDefault(string accountId, string organizationId, CancellationToken ct) =>
        database.Execute($"UPDATE memberships SET is_default = (organization_id = {organizationId}) WHERE account_id = {accountId}", ct);
}
