using Server.Audit;
using Server.Data;
using Server.Updates.History;

namespace Server.Activity;

/// <summary>Something that happened to a stack: an update of any kind, or what somebody did in between.</summary>
public sealed record ActivityRow
{
    /// <summary>Of an update what the command was; otherwise empty.</summary>
    public required string Kind { get; init; }
    public required string UpdateId { get; init; }
    public required bool DryRun { get; init; }
    public required string Status { get; init; }
    public required long Version { get; init; }
    public required long AtMs { get; init; }

    /// <summary>Who did it; empty if the account is gone.</summary>
    public required string Login { get; init; }

    /// <summary>The message of an update, or what was done.</summary>
    public required string Text { get; init; }
}

/// <summary>Reads what happened to a stack, the last first.</summary>
public sealed class ActivityStore(Database database)
{
    /// <summary>Updates and previews.</summary>
    public Task<(long Total, List<PastUpdate> Updates)> Updates(string stackId, long skip, long count, CancellationToken ct) =>
        database.Read(
            async transaction =>
            {
                var total = await transaction.QueryOne<long>($"SELECT COUNT(*) FROM updates WHERE stack_id = {stackId} AND started_ms > 0");
                var updates = await transaction.Query<PastUpdate>(
                    $"""
                    SELECT u.*, COALESCE(a.login, '') AS requester_login, COALESCE(a.name, '') AS requester_name, s.integrity_error
                    FROM updates u
                    LEFT JOIN accounts a ON a.id = u.requested_by
                    LEFT JOIN states s ON s.stack_id = u.stack_id AND s.version = u.version AND NOT u.dry_run
                    WHERE u.stack_id = {stackId} AND u.started_ms > 0
                    ORDER BY u.started_ms DESC, u.id DESC LIMIT {count} OFFSET {skip}
                    """
                );
                return (total, updates);
            },
            ct
        );

    /// <summary>Everything. A rename, a transfer and an import are updates already, so what the audit log says of them is left out.</summary>
    public Task<List<ActivityRow>> All(string stackId, long skip, long count, CancellationToken ct)
    {
        string[] known =
        [
            AuditEvent.StackRenamed,
            AuditEvent.StackTransferred,
            AuditEvent.StackImported,
            AuditEvent.StackUpdateStarted,
            AuditEvent.StackUpdateCompleted,
            AuditEvent.StackUpdateCanceled,
        ];
        return database.Query<ActivityRow>(
            $"""
            SELECT kind, update_id, dry_run, status, version, at_ms, COALESCE(a.login, '') AS login, text
            FROM (
              SELECT kind, id AS update_id, dry_run, status, version, started_ms AS at_ms, requested_by AS account_id, message AS text, id
              FROM updates WHERE stack_id = {stackId} AND started_ms > 0
              UNION ALL
              SELECT '', '', FALSE, '', 0, created_ms, account_id, description, id
              FROM audit_events WHERE stack_id = {stackId} AND event NOT IN {known}
            ) happened
            LEFT JOIN accounts a ON a.id = happened.account_id
            ORDER BY at_ms DESC, happened.id DESC LIMIT {count} OFFSET {skip}
            """,
            ct
        );
    }
}
