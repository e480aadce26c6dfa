using Server.Data;
using Server.Environments;
using Server.Organizations;

namespace Server.Teams;

/// <summary>Members of an organization who have something in common, as one of its members sees them.</summary>
public sealed record Team
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string DisplayName { get; init; }
    public required string Description { get; init; }

    /// <summary><c>pulumi</c>: its members are kept here; <c>scim</c>: elsewhere.</summary>
    public required string Kind { get; init; }

    public required long Members { get; init; }
    public required long Stacks { get; init; }

    /// <summary>The viewer's part in it: <c>admin</c>, <c>member</c> or <c>none</c>.</summary>
    public required string ViewerRole { get; init; }

    public bool ViewerAdministers => ViewerRole == "admin";
}

public sealed record TeamMember
{
    public required string AccountId { get; init; }
    public required string Login { get; init; }
    public required string Name { get; init; }
    public required bool Admin { get; init; }
}

public sealed record TeamStack
{
    public required string StackId { get; init; }
    public required string Project { get; init; }
    public required string Name { get; init; }
    public required long Permission { get; init; }
}

public sealed record TeamEnvironment
{
    public required string EnvironmentId { get; init; }
    public required string Project { get; init; }
    public required string Name { get; init; }

    /// <summary>An <see cref="EnvironmentLevel"/>.</summary>
    public required long Permission { get; init; }
}

/// <summary>Owns <c>teams</c>, <c>team_members</c>, <c>team_stacks</c> and <c>team_environments</c>.</summary>
public sealed class TeamStore(Database database, TimeProvider clock)
{
    public Task<List<Team>> List(Organization viewer, CancellationToken ct) =>
        database.Query<Team>($"{Teams(viewer)} ORDER BY t.name_key", ct);

    public Task<Team?> Find(Organization viewer, string name, CancellationToken ct) =>
        database.QueryOne<Team>($"{Teams(viewer)} AND t.name_key = {name.ToLowerInvariant()}", ct);

    public Task<List<TeamMember>> Members(string teamId, CancellationToken ct) =>
        database.Query<TeamMember>(
            $"""
            SELECT a.id AS account_id, a.login, a.name, tm.admin FROM team_members tm JOIN accounts a ON a.id = tm.account_id
            WHERE tm.team_id = {teamId} AND a.login NOT LIKE '%/%' ORDER BY a.login_key
            """,
            ct
        );

    /// <summary>The names of the teams that somebody is in.</summary>
    public Task<List<string>> NamesOf(string accountId, string organizationId, CancellationToken ct) =>
        database.Query<string>(
            $"""
            SELECT t.name FROM teams t JOIN team_members tm ON tm.team_id = t.id
            WHERE t.organization_id = {organizationId} AND tm.account_id = {accountId} ORDER BY t.name_key
            """,
            ct
        );

    /// <summary>Those that the viewer may see.</summary>
    public Task<List<TeamStack>> Stacks(Organization viewer, string teamId, CancellationToken ct) =>
        database.Query<TeamStack>(
            $"""
            SELECT s.id AS stack_id, s.project, s.name, ts.permission FROM team_stacks ts JOIN stacks s ON s.id = ts.stack_id
            WHERE ts.team_id = {teamId} AND s.organization_id = {viewer.Id} AND s.deleted_ms = 0 AND {ReadableStacks.Of(viewer)}
            ORDER BY s.project, s.name
            """,
            ct
        );

    /// <summary>Those that the viewer may see.</summary>
    public Task<List<TeamEnvironment>> Environments(Organization viewer, string teamId, CancellationToken ct) =>
        database.Query<TeamEnvironment>(
            $"""
            SELECT e.id AS environment_id, e.project, e.name, te.permission
            FROM team_environments te JOIN environments e ON e.id = te.environment_id
            WHERE te.team_id = {teamId} AND e.organization_id = {viewer.Id} AND e.deleted_ms = 0 AND {EnvironmentReach.Readable(viewer)}
            ORDER BY e.project, e.name
            """,
            ct
        );

    /// <returns>Its id; null if there is one of that name.</returns>
    public async Task<string?> Add(
        Transaction transaction,
        string organizationId,
        string name,
        string displayName,
        string description,
        string kind
    )
    {
        var id = Guid.CreateVersion7().ToString();
        var added = await transaction.Execute(
            $"""
            INSERT INTO teams (id, organization_id, name, name_key, display_name, description, kind, created_ms)
            VALUES ({id}, {organizationId}, {name}, {name.ToLowerInvariant()}, {displayName}, {description}, {kind}, {Now})
            ON CONFLICT DO NOTHING
            """
        );
        return added == 1 ? id : null;
    }

    public Task Describe(Transaction transaction, string id, string displayName, string description) =>
        transaction.Execute($"UPDATE teams SET display_name = {displayName}, description = {description} WHERE id = {id}");

    public Task Delete(Transaction transaction, string id) => transaction.Execute($"DELETE FROM teams WHERE id = {id}");

    /// <summary>Somebody who belongs to the team's organization.</summary>
    /// <returns>False if he is in the team already, or not in the organization.</returns>
    public async Task<bool> AddMember(Transaction transaction, string id, string accountId, bool admin) =>
        await transaction.Execute(
            $"""
            INSERT INTO team_members (team_id, account_id, admin, created_ms)
            SELECT t.id, m.account_id, {admin}, {Now}
            FROM teams t JOIN memberships m ON m.organization_id = t.organization_id
            WHERE t.id = {id} AND m.account_id = {accountId}
            ON CONFLICT DO NOTHING
            """
        ) == 1;

    /// <returns>False if he is not in the team.</returns>
    public async Task<bool> SetAdmin(Transaction transaction, string id, string accountId, bool admin) =>
        await transaction.Execute($"UPDATE team_members SET admin = {admin} WHERE team_id = {id} AND account_id = {accountId}") == 1;

    /// <returns>False if he is not in the team.</returns>
    public async Task<bool> RemoveMember(Transaction transaction, string id, string accountId) =>
        await transaction.Execute($"DELETE FROM team_members WHERE team_id = {id} AND account_id = {accountId}") == 1;

    public Task SetStack(Transaction transaction, string id, string stackId, long level) =>
        transaction.Execute(
            $"""
            INSERT INTO team_stacks (team_id, stack_id, permission) VALUES ({id}, {stackId}, {level})
            ON CONFLICT (team_id, stack_id) DO UPDATE SET permission = excluded.permission
            """
        );

    /// <summary>For a new stack: its maker says which teams may update it.</summary>
    /// <returns>The first name that no team of the organization has; null if all are known.</returns>
    public async Task<string?> AddStack(Transaction transaction, string organizationId, string stackId, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            var added = await transaction.Execute(
                $"""
                INSERT INTO team_stacks (team_id, stack_id, permission)
                SELECT id, {stackId}, {StackLevel.Write} FROM teams
                WHERE organization_id = {organizationId} AND name_key = {name.ToLowerInvariant()}
                ON CONFLICT (team_id, stack_id) DO UPDATE SET permission = excluded.permission
                """
            );
            if (added == 0)
            {
                return name;
            }
        }
        return null;
    }

    public async Task<bool> RemoveStack(Transaction transaction, string id, string stackId) =>
        await transaction.Execute($"DELETE FROM team_stacks WHERE team_id = {id} AND stack_id = {stackId}") == 1;

    /// <param name="level">An <see cref="EnvironmentLevel"/>.</param>
    public Task SetEnvironment(Transaction transaction, string id, string environmentId, long level) =>
        transaction.Execute(
            $"""
            INSERT INTO team_environments (team_id, environment_id, permission) VALUES ({id}, {environmentId}, {level})
            ON CONFLICT (team_id, environment_id) DO UPDATE SET permission = excluded.permission
            """
        );

    public async Task<bool> RemoveEnvironment(Transaction transaction, string id, string environmentId) =>
        await transaction.Execute($"DELETE FROM team_environments WHERE team_id = {id} AND environment_id = {environmentId}") == 1;

    private static Sql Teams(Organization viewer) =>
        $"""
            SELECT t.id, t.name, t.display_name, t.description, t.kind,
              (SELECT COUNT(*) FROM team_members c JOIN accounts ca ON ca.id = c.account_id
               WHERE c.team_id = t.id AND ca.login NOT LIKE '%/%') AS members,
              (SELECT COUNT(*) FROM team_stacks ts JOIN stacks s ON s.id = ts.stack_id
               WHERE ts.team_id = t.id AND s.organization_id = t.organization_id AND s.deleted_ms = 0 AND {ReadableStacks.Of(
                viewer
            )}) AS stacks,
              COALESCE((SELECT CASE WHEN v.admin THEN 'admin' ELSE 'member' END FROM team_members v
               WHERE v.team_id = t.id AND v.account_id = {viewer.AccountId}), 'none') AS viewer_role
            FROM teams t WHERE t.organization_id = {viewer.Id}
            """;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
