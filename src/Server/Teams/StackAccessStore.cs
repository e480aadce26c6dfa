using Server.Data;
using Server.Organizations;
using Server.Roles;
using Server.Stacks;

namespace Server.Teams;

/// <summary>Somebody who may do something with a stack, and one reason why.</summary>
public sealed record AccessReason
{
    public required string AccountId { get; init; }
    public required string Login { get; init; }
    public required string Name { get; init; }
    public required long Permission { get; init; }

    /// <summary><c>admin</c>, <c>member</c>, <c>name</c>, <c>team</c> or <c>role</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Where a team gives it.</summary>
    public required string Team { get; init; }

    /// <summary>Where a role gives it: its name.</summary>
    public string Role { get; init; } = "";

    /// <summary>In a word.</summary>
    public string May => Permission == StackLevel.None ? "some of it" : StackLevel.NameOf(Permission);

    /// <summary>The account of a token of the organization or a team, which is no person.</summary>
    public bool IsMachine => Login.Contains('/', StringComparison.Ordinal);

    /// <summary>For people: the end of "administers it, because …".</summary>
    public string Why =>
        Kind switch
        {
            "admin" => "administers the organization",
            "member" => "every member has it",
            "team" => $"the team {Team} has it",
            "role" when Team.Length > 0 => $"the team {Team} has the role {Role}",
            "role" => $"has the role {Role}",
            _ when Permission == StackLevel.Creator => "made the stack",
            _ => "was given it by name",
        };
}

/// <summary>An access token with which a stack can be reached. Times are Unix milliseconds; 0 is never.</summary>
public sealed record ReachingToken
{
    public required string AccountId { get; init; }

    /// <summary>A person, or the service account of a token of the organization or a team.</summary>
    public required string Login { get; init; }

    public required string Description { get; init; }

    /// <summary>Where <c>pulumi login</c> got it by itself; empty for one that somebody made.</summary>
    public required string Host { get; init; }

    public required bool ReadOnly { get; init; }
    public required bool NoDecrypt { get; init; }
    public required bool OnlyThis { get; init; }
    public required long LastUsedMs { get; init; }
    public required long ExpiresMs { get; init; }

    public bool IsMachine => Login.Contains('/', StringComparison.Ordinal);

    public string Label =>
        Host.Length > 0 ? $"pulumi login on {Host}"
        : Description.Length > 0 ? Description
        : "(no description)";

    /// <summary>For people: what it leaves out of what its owner may do.</summary>
    public string LeavesOut =>
        string.Join(
            ", ",
            new[] { ReadOnly ? "read-only" : "", NoDecrypt ? "no secrets" : "", OnlyThis ? "only this stack" : "" }.Where(t => t.Length > 0)
        );
}

/// <summary>A team that has a stack, as somebody sees it.</summary>
public sealed record TeamOfStack
{
    public required string Name { get; init; }
    public required string DisplayName { get; init; }
    public required string Description { get; init; }
    public required bool IsMember { get; init; }
    public required long Permission { get; init; }
}

/// <summary>Reads who has a stack, and why.</summary>
public sealed class StackAccessStore(Database database, RoleStore roles, TimeProvider clock)
{
    /// <summary>Each reason of each person who belongs to the organization, the strongest first.</summary>
    public async Task<List<AccessReason>> Reasons(Stack stack, CancellationToken ct)
    {
        var reasons = await Granted(stack, ct);
        reasons.AddRange(await ByRole(stack, ct));
        return
        [
            .. reasons
                .OrderBy(r => r.Login, StringComparer.OrdinalIgnoreCase)
                .ThenByDescending(r => r.Permission)
                .ThenBy(r => r.Why, StringComparer.Ordinal),
        ];
    }

    /// <summary>Whoever has a custom role that gives something of the stack: the highest level that it gives whole.</summary>
    private async Task<IEnumerable<AccessReason>> ByRole(Stack stack, CancellationToken ct)
    {
        var book = await roles.Book(stack.OrganizationId, ct);
        if (!book.All.Any())
        {
            return [];
        }
        var tags = await database.Query<Tag>($"SELECT name, value FROM stack_tags WHERE stack_id = {stack.Id}", ct);
        var entity = new Entity(EntityKind.Stack, stack.Id, tags.ToDictionary(t => t.Name, t => t.Value));
        var holders = await database.Query<Holder>(
            $"""
            SELECT a.id AS account_id, a.login, a.name, m.role_id, '' AS team
            FROM memberships m JOIN accounts a ON a.id = m.account_id
            WHERE m.organization_id = {stack.OrganizationId} AND m.role_id IS NOT NULL
            UNION ALL
            SELECT a.id, a.login, a.name, tr.role_id, t.name
            FROM team_roles tr JOIN teams t ON t.id = tr.team_id JOIN team_members tm ON tm.team_id = t.id JOIN accounts a ON a.id = tm.account_id
            WHERE t.organization_id = {stack.OrganizationId}
            """,
            ct
        );
        var levels = book.All.ToDictionary(r => r.Id, r => LevelOf(new HeldRoles(book, [r]), entity));
        return holders
            .Where(h => levels.GetValueOrDefault(h.RoleId) is not null)
            .Select(h => new AccessReason
            {
                AccountId = h.AccountId,
                Login = h.Login,
                Name = h.Name,
                Permission = levels[h.RoleId]!.Value,
                Kind = "role",
                Team = h.Team,
                Role = book.Find(h.RoleId)!.Name,
            });
    }

    /// <returns>Null if it gives nothing; 0 if it gives no level whole.</returns>
    private static long? LevelOf(HeldRoles role, Entity stack)
    {
        var of = Capability.Table.Values.Where(c => c.IsOfStack).ToLookup(c => role.Give(c.Permission, stack));
        return !of[true].Any()
            ? null
            : new[] { StackLevel.Admin, StackLevel.Write, StackLevel.Read }.FirstOrDefault(level => of[false].All(c => c.From > level));
    }

    private Task<List<AccessReason>> Granted(Stack stack, CancellationToken ct) =>
        database.Query<AccessReason>(
            $"""
            SELECT a.id AS account_id, a.login, a.name, r.permission, r.kind, r.team
            FROM (
              SELECT m.account_id, {StackLevel.Admin} AS permission, 'admin' AS kind, '' AS team
              FROM memberships m WHERE m.organization_id = {stack.OrganizationId} AND m.role = {OrganizationRole.Admin}
              UNION ALL
              SELECT m.account_id, o.stack_permission, 'member', ''
              FROM memberships m JOIN organizations o ON o.id = m.organization_id
              WHERE o.id = {stack.OrganizationId} AND m.role = {OrganizationRole.Member} AND m.role_id IS NULL AND o.stack_permission > 0
              UNION ALL
              SELECT g.account_id, g.permission, 'name', '' FROM stack_grants g WHERE g.stack_id = {stack.Id}
              UNION ALL
              SELECT tm.account_id, p.permission, 'team', t.name
              FROM team_stacks p JOIN teams t ON t.id = p.team_id JOIN team_members tm ON tm.team_id = t.id
              WHERE p.stack_id = {stack.Id} AND t.organization_id = {stack.OrganizationId}
            ) r
            JOIN accounts a ON a.id = r.account_id
            WHERE EXISTS (SELECT 1 FROM memberships i WHERE i.organization_id = {stack.OrganizationId} AND i.account_id = a.id)
            """,
            ct
        );

    /// <summary>Those who have it because their names stand there.</summary>
    public async Task<List<AccessReason>> ByName(Stack stack, CancellationToken ct) =>
        (await Reasons(stack, ct)).FindAll(r => r is { Kind: "name", IsMachine: false });

    /// <summary>Good tokens of these owners that leave the stack in reach, the one used last first.</summary>
    public Task<List<ReachingToken>> Tokens(Stack stack, IReadOnlyList<string> owners, int count, CancellationToken ct) =>
        database.Query<ReachingToken>(
            $"""
            SELECT t.account_id, a.login, t.description, COALESCE(g.host, '') AS host, t.read_only, t.no_decrypt,
              t.only_stack_id IS NOT NULL AS only_this, t.last_used_ms, t.expires_ms
            FROM access_tokens t JOIN accounts a ON a.id = t.account_id LEFT JOIN oauth_grants g ON g.id = t.grant_id
            WHERE t.account_id IN {owners} AND (t.expires_ms = 0 OR t.expires_ms > {clock.GetUtcNow().ToUnixTimeMilliseconds()})
              AND COALESCE(t.only_stack_id, {stack.Id}) = {stack.Id}
              AND COALESCE(t.only_organization_id, {stack.OrganizationId}) = {stack.OrganizationId}
            ORDER BY t.last_used_ms DESC, t.id LIMIT {count}
            """,
            ct
        );

    public Task<List<TeamOfStack>> Teams(Stack stack, CancellationToken ct) =>
        database.Query<TeamOfStack>(
            $"""
            SELECT t.name, t.display_name, t.description,
              EXISTS (SELECT 1 FROM team_members m WHERE m.team_id = t.id AND m.account_id = {stack.AccountId}) AS is_member, p.permission
            FROM team_stacks p JOIN teams t ON t.id = p.team_id
            WHERE p.stack_id = {stack.Id} AND t.organization_id = {stack.OrganizationId} ORDER BY t.name_key
            """,
            ct
        );

    private sealed record Tag
    {
        public required string Name { get; init; }
        public required string Value { get; init; }
    }

    private sealed record Holder
    {
        public required string AccountId { get; init; }
        public required string Login { get; init; }
        public required string Name { get; init; }
        public required string RoleId { get; init; }
        public required string Team { get; init; }
    }
}
