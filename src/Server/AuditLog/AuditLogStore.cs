using Server.Audit;
using Server.Data;

namespace Server.AuditLog;

/// <summary>Which events of an organization are asked for; the newest come first.</summary>
public sealed record AuditQuery(string OrganizationId)
{
    /// <summary>One of <see cref="AuditEvent"/>; null is all.</summary>
    public string? Event { get; init; }

    /// <summary>The name of who did it, now or at the time; null is everybody.</summary>
    public string? Login { get; init; }

    /// <summary>The first moment that counts.</summary>
    public long FromMs { get; init; }

    /// <summary>The first moment that counts no more.</summary>
    public long UntilMs { get; init; } = long.MaxValue;

    /// <summary>Where the page before ended.</summary>
    public long BeforeOrdinal { get; init; } = long.MaxValue;
}

/// <summary>An event with who did it as he is known now.</summary>
public sealed record AuditLogRow
{
    public required string Id { get; init; }
    public required long Ordinal { get; init; }
    public required string Event { get; init; }
    public required string Description { get; init; }
    public required string AccountId { get; init; }
    public required string Login { get; init; }
    public required string Name { get; init; }
    public string? TokenId { get; init; }
    public string? TokenName { get; init; }
    public string? StackId { get; init; }
    public required string Address { get; init; }
    public required long CreatedMs { get; init; }
    public required byte[] Hash { get; init; }
}

/// <summary>Reads the audit log.</summary>
public sealed class AuditLogStore(Database database)
{
    public Task<List<AuditLogRow>> List(AuditQuery query, int count, CancellationToken ct)
    {
        var login = query.Login?.ToLowerInvariant();
        Sql all = $"TRUE";
        Sql ofEvent = $"e.event = {query.Event}";
        Sql ofLogin = $"(LOWER(e.login) = {login} OR e.account_id IN (SELECT id FROM accounts WHERE login_key = {login}))";
        var (byEvent, byLogin) = (query.Event is null ? all : ofEvent, login is null ? all : ofLogin);
        return database.Query<AuditLogRow>(
            $"""
            SELECT e.id, e.ordinal, e.event, e.description, e.account_id, e.token_id, e.token_name, e.stack_id, e.address, e.created_ms, e.hash,
              COALESCE(NULLIF(e.login, ''), a.login, '') AS login, COALESCE(a.name, '') AS name
            FROM audit_events e LEFT JOIN accounts a ON a.id = e.account_id
            WHERE e.organization_id = {query.OrganizationId} AND e.ordinal > 0 AND e.ordinal < {query.BeforeOrdinal}
              AND e.created_ms >= {query.FromMs} AND e.created_ms < {query.UntilMs} AND {byEvent} AND {byLogin}
            ORDER BY e.ordinal DESC LIMIT {count}
            """,
            ct
        );
    }

    /// <summary>The kinds of events that an organization has had.</summary>
    public Task<List<string>> Kinds(string organizationId, CancellationToken ct) =>
        database.Query<string>($"SELECT DISTINCT event FROM audit_events WHERE organization_id = {organizationId} ORDER BY event", ct);

    /// <summary>What was appended after a place in the chain, in the order of the chain.</summary>
    public Task<List<AuditLogRow>> After(string organizationId, long ordinal, int count, CancellationToken ct) =>
        database.Query<AuditLogRow>(
            $"""
            SELECT e.*, COALESCE(a.name, '') AS name FROM audit_events e LEFT JOIN accounts a ON a.id = e.account_id
            WHERE e.organization_id = {organizationId} AND e.ordinal > {ordinal} ORDER BY e.ordinal LIMIT {count}
            """,
            ct
        );
}
