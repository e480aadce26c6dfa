using System.Text.Json;
using Server.Data;

namespace Server.Roles;

/// <summary>Somebody or something that has a role.</summary>
public sealed record RoleHolder
{
    public required string Login { get; init; }
    public required string Name { get; init; }
}

/// <summary>What an organization says beside its roles.</summary>
public sealed record RoleGround
{
    public required long CreatedMs { get; init; }

    /// <summary>What new members get; null: they are members.</summary>
    public string? DefaultRoleId { get; init; }
}

/// <summary>Owns <c>roles</c> and <c>team_roles</c>.</summary>
public sealed class RoleStore(Database database, TimeProvider clock)
{
    /// <summary>All of an organization, as they are now.</summary>
    public Task<RoleBook> Book(string organizationId, CancellationToken ct) => database.Read(t => Book(t, organizationId), ct);

    /// <summary>As the transaction sees them, when nobody else can change them before it ends.</summary>
    public async Task<RoleBook> HoldBook(Transaction transaction, string organizationId)
    {
        await transaction.Execute($"UPDATE organizations SET roles_version = roles_version + 1 WHERE id = {organizationId}");
        return await Book(transaction, organizationId);
    }

    public async Task Add(Transaction transaction, string organizationId, Role role) =>
        await transaction.Execute(
            $"""
            INSERT INTO roles (id, organization_id, name, name_key, description, resource_type, ux_purpose, details, version, created_ms, modified_ms)
            VALUES ({role.Id}, {organizationId}, {role.Name}, {Key(
                role.Name
            )}, {role.Description}, {role.ResourceType}, {role.Purpose}, {role.Json}, {role.Version}, {role.CreatedMs}, {role.ModifiedMs})
            """
        );

    public Task Change(Transaction transaction, Role role) =>
        transaction.Execute(
            $"""
            UPDATE roles SET name = {role.Name}, name_key = {Key(role.Name)}, description = {role.Description}, details = {role.Json},
              version = {role.Version}, modified_ms = {role.ModifiedMs}
            WHERE id = {role.Id}
            """
        );

    /// <summary>Who had it has nothing in its place until somebody gives him something: what the organization's members have might be more.</summary>
    public async Task Delete(Transaction transaction, string id)
    {
        await transaction.Execute($"UPDATE memberships SET role = 'none', role_id = NULL WHERE role_id = {id}");
        await transaction.Execute($"UPDATE invites SET role = 'none', role_id = NULL WHERE role_id = {id} AND ended_ms = 0");
        await transaction.Execute($"UPDATE organizations SET default_role_id = NULL WHERE default_role_id = {id}");
        await transaction.Execute($"DELETE FROM roles WHERE id = {id}");
    }

    public async Task<bool> Exists(string organizationId, string id, CancellationToken ct) =>
        await database.QueryOne<string>($"SELECT id FROM roles WHERE organization_id = {organizationId} AND id = {id}", ct) is not null;

    /// <summary>How many people, machines, teams and open invitations have it, and whether new members get it.</summary>
    public async Task<long> Uses(Transaction transaction, string id) =>
        await transaction.QueryOne<long>(
            $"""
            SELECT (SELECT COUNT(*) FROM memberships WHERE role_id = {id}) + (SELECT COUNT(*) FROM team_roles WHERE role_id = {id})
              + (SELECT COUNT(*) FROM invites WHERE role_id = {id} AND ended_ms = 0) + (SELECT COUNT(*) FROM organizations WHERE default_role_id = {id})
            """
        );

    /// <summary>Those who have it themselves, not through a team.</summary>
    public Task<List<RoleHolder>> People(string organizationId, string roleId, CancellationToken ct) =>
        database.Query<RoleHolder>(
            $"""
            SELECT a.login, a.name FROM memberships m JOIN accounts a ON a.id = m.account_id
            WHERE m.organization_id = {organizationId} AND m.role_id = {roleId} AND a.login NOT LIKE '%/%' ORDER BY a.login_key
            """,
            ct
        );

    /// <summary>As <see cref="People"/>, of a built-in role.</summary>
    public Task<List<RoleHolder>> PeopleOfBuiltIn(string organizationId, string role, CancellationToken ct) =>
        database.Query<RoleHolder>(
            $"""
            SELECT a.login, a.name FROM memberships m JOIN accounts a ON a.id = m.account_id
            WHERE m.organization_id = {organizationId} AND m.role = {role} AND m.role_id IS NULL AND a.login NOT LIKE '%/%' ORDER BY a.login_key
            """,
            ct
        );

    /// <summary>The names of the teams that have it.</summary>
    public Task<List<string>> Teams(string organizationId, string roleId, CancellationToken ct) =>
        database.Query<string>(
            $"""
            SELECT t.name FROM team_roles r JOIN teams t ON t.id = r.team_id
            WHERE t.organization_id = {organizationId} AND r.role_id = {roleId} ORDER BY t.name_key
            """,
            ct
        );

    /// <returns>Null for none: a team has one at most.</returns>
    public Task<string?> OfTeam(string teamId, CancellationToken ct) =>
        database.QueryOne<string>($"SELECT role_id FROM team_roles WHERE team_id = {teamId}", ct);

    /// <param name="roleId">Null takes it away.</param>
    public async Task SetTeam(Transaction transaction, string teamId, string? roleId)
    {
        await transaction.Execute($"DELETE FROM team_roles WHERE team_id = {teamId}");
        if (roleId is not null)
        {
            await transaction.Execute($"INSERT INTO team_roles (team_id, role_id) VALUES ({teamId}, {roleId})");
        }
    }

    public async Task<RoleGround> Ground(string organizationId, CancellationToken ct) =>
        (await database.QueryOne<RoleGround>($"SELECT created_ms, default_role_id FROM organizations WHERE id = {organizationId}", ct))!;

    public Task SetDefault(Transaction transaction, string organizationId, string? roleId) =>
        transaction.Execute($"UPDATE organizations SET default_role_id = {roleId} WHERE id = {organizationId}");

    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static string Key(string name) => name.ToLowerInvariant();

    private static async Task<RoleBook> Book(Transaction transaction, string organizationId)
    {
        var version = await transaction.QueryOne<long>($"SELECT roles_version FROM organizations WHERE id = {organizationId}");
        var rows = await transaction.Query<Row>(
            $"""
            SELECT id, name, description, resource_type, ux_purpose, details, version, created_ms, modified_ms
            FROM roles WHERE organization_id = {organizationId}
            """
        );
        return new(version, rows.Select(r => r.Read()));
    }

    private sealed record Row
    {
        public required string Id { get; init; }
        public required string Name { get; init; }
        public required string Description { get; init; }
        public required string ResourceType { get; init; }
        public required string UxPurpose { get; init; }
        public required string Details { get; init; }
        public required long Version { get; init; }
        public required long CreatedMs { get; init; }
        public required long ModifiedMs { get; init; }

        public Role Read()
        {
            using var json = JsonDocument.Parse(Details);
            return new()
            {
                Id = Id,
                Name = Name,
                Description = Description,
                ResourceType = ResourceType,
                Purpose = UxPurpose,
                Json = Details,
                Details = DescriptorReader.Read(json.RootElement),
                Version = Version,
                CreatedMs = CreatedMs,
                ModifiedMs = ModifiedMs,
            };
        }
    }
}
