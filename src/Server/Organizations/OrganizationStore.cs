using System.Data.Common;
using Server.Data;
using Server.Environments;
using Server.Roles;

namespace Server.Organizations;

/// <summary>How large an organization is: its stacks and environments are those that the reader may see.</summary>
public sealed record OrganizationCounts
{
    public required long CreatedMs { get; init; }
    public required long Members { get; init; }
    public required long Stacks { get; init; }
    public required long Environments { get; init; }

    /// <summary>What new members get; null: they are members.</summary>
    public string? DefaultRoleId { get; init; }
}

/// <summary>Owns <c>organizations</c>, and <c>memberships</c> with <see cref="MemberStore"/>.</summary>
public sealed class OrganizationStore(Database database, RoleBooks roles, TimeProvider clock)
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

    public static async Task<bool> IsMember(Transaction transaction, string organizationId, string accountId) =>
        await transaction.QueryOne<string>(
            $"SELECT role FROM memberships WHERE organization_id = {organizationId} AND account_id = {accountId}"
        )
            is not null;

    /// <summary>Makes an organization to share, and its maker the administrator.</summary>
    /// <returns>Its id; null if an organization or an account has that name.</returns>
    public async Task<string?> Create(Transaction transaction, string accountId, string login, string name)
    {
        var id = Guid.CreateVersion7().ToString();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var added = await transaction.Execute(
            $"""
            INSERT INTO organizations (id, login, login_key, name, individual, created_ms)
            SELECT {id}, {login}, {login.ToLowerInvariant()}, {name}, FALSE, {now}
            WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE login_key = {login.ToLowerInvariant()})
            ON CONFLICT DO NOTHING
            """
        );
        if (added == 0)
        {
            return null;
        }
        await transaction.Execute(
            $"INSERT INTO memberships (account_id, organization_id, role, is_default, created_ms) VALUES ({accountId}, {id}, 'admin', FALSE, {now})"
        );
        return id;
    }

    public Task Change(Transaction transaction, string id, OrganizationSettings now) =>
        transaction.Execute(
            $"""
            UPDATE organizations
            SET name = {now.Name}, stack_permission = {now.StackPermission}, environment_permission = {now.EnvironmentPermission}, members_create_stacks = {now.MembersCreateStacks},
              members_delete_stacks = {now.MembersDeleteStacks}, members_transfer_stacks = {now.MembersTransferStacks},
              members_create_teams = {now.MembersCreateTeams}
            WHERE id = {id}
            """
        );

    /// <returns>False if an organization or an account has that name.</returns>
    public async Task<bool> Rename(Transaction transaction, string id, string login)
    {
        try
        {
            return await transaction.Execute(
                    $"""
                    UPDATE organizations SET login = {login}, login_key = {login.ToLowerInvariant()}
                    WHERE id = {id} AND NOT EXISTS (SELECT 1 FROM accounts WHERE login_key = {login.ToLowerInvariant()})
                    """
                ) == 1;
        }
        catch (DbException taken) when (taken.IsUniqueViolation())
        {
            return false;
        }
    }

    /// <summary>Deleted ones, too: they could be restored.</summary>
    public async Task<bool> HasStacks(Transaction transaction, string id) =>
        await transaction.QueryOne<long>($"SELECT COUNT(*) FROM (SELECT 1 FROM stacks WHERE organization_id = {id} LIMIT 1) one") > 0;

    /// <summary>With its members, teams, roles and invitations. Whose default it was goes back to his own.</summary>
    public async Task Delete(Transaction transaction, string id)
    {
        await transaction.Execute(
            $"""
            UPDATE memberships SET is_default = TRUE
            WHERE organization_id IN (SELECT o.id FROM organizations o WHERE o.individual)
              AND account_id IN (SELECT d.account_id FROM memberships d WHERE d.organization_id = {id} AND d.is_default)
            """
        );
        await transaction.Execute($"DELETE FROM organizations WHERE id = {id}");
    }

    public async Task<OrganizationCounts> Counts(Organization organization, CancellationToken ct) =>
        (
            await database.QueryOne<OrganizationCounts>(
                $"""
                SELECT o.created_ms, o.default_role_id,
                  (SELECT COUNT(*) FROM memberships m JOIN accounts a ON a.id = m.account_id
                   WHERE m.organization_id = o.id AND a.login NOT LIKE '%/%') AS members,
                  (SELECT COUNT(*) FROM stacks s WHERE s.organization_id = o.id AND s.deleted_ms = 0 AND {ReadableStacks.Of(
                    organization
                )}) AS stacks,
                  (SELECT COUNT(*) FROM environments e WHERE e.organization_id = o.id AND e.deleted_ms = 0 AND {EnvironmentReach.Readable(
                    organization
                )}) AS environments
                FROM organizations o WHERE o.id = {organization.Id}
                """,
                ct
            )
        )!;

    /// <summary>One more administrator, for whom somebody has made the organization.</summary>
    public Task TakeOver(Transaction transaction, string organizationId, string accountId) =>
        transaction.Execute(
            $"""
            INSERT INTO memberships (account_id, organization_id, role, is_default, created_ms)
            VALUES ({accountId}, {organizationId}, {OrganizationRole.Admin}, FALSE, {clock.GetUtcNow().ToUnixTimeMilliseconds()})
            ON CONFLICT (account_id, organization_id) DO UPDATE SET role = excluded.role
            """
        );

    /// <summary>The individual organization bears the person's name.</summary>
    public Task RenameIndividual(Transaction transaction, string login, string name) =>
        transaction.Execute($"UPDATE organizations SET name = {name} WHERE login_key = {login.ToLowerInvariant()} AND individual");

    /// <summary>All organizations of an account, its individual one first.</summary>
    public async Task<List<Organization>> OfAccount(string accountId, CancellationToken ct)
    {
        var found = await database.Query<Organization>(
            $"""
            SELECT o.id, o.login, o.name, o.individual, m.is_default, {Standing.Columns}
            FROM memberships m JOIN organizations o ON o.id = m.organization_id
            WHERE m.account_id = {accountId}
            ORDER BY o.individual DESC, o.login_key
            """,
            ct
        );
        for (var i = 0; i < found.Count; i++)
        {
            found[i] = await WithRoles(found[i], ct);
        }
        return found;
    }

    /// <returns>Null both where there is no such organization and where the account is not in it.</returns>
    public async Task<Organization?> Find(string accountId, string login, CancellationToken ct) =>
        await database.QueryOne<Organization>(
            $"""
            SELECT o.id, o.login, o.name, o.individual, m.is_default, {Standing.Columns}
            FROM memberships m JOIN organizations o ON o.id = m.organization_id
            WHERE m.account_id = {accountId} AND o.login_key = {login.ToLowerInvariant()}
            """,
            ct
        )
            is { } found
            ? await WithRoles(found, ct)
            : null;

    private async ValueTask<Organization> WithRoles(Organization organization, CancellationToken ct) =>
        organization.HasRoles ? organization with { Held = await roles.Of(organization.Id, organization, ct) } : organization;

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
