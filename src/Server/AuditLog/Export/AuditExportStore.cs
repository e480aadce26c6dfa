using Server.Data;

namespace Server.AuditLog.Export;

/// <summary>Owns <c>audit_exports</c>.</summary>
public sealed class AuditExportStore(Database database, TimeProvider clock)
{
    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public Task<AuditExport?> Find(string organizationId, CancellationToken ct) =>
        database.QueryOne<AuditExport>($"SELECT * FROM audit_exports WHERE organization_id = {organizationId}", ct);

    /// <summary>One that sends elsewhere than before begins at the first event; otherwise it goes on.</summary>
    public static Task<int> Set(Transaction transaction, AuditExport export) =>
        transaction.Execute(
            $"""
            INSERT INTO audit_exports (organization_id, enabled, kind, target, format, secret, cursor_ordinal, leased_until_ms, failures, last_ms,
                                       last_message)
            VALUES ({export.OrganizationId}, {export.Enabled}, {export.Kind}, {export.Target}, 'jsonl', {export.Secret}, 0, 0, 0, 0, '')
            ON CONFLICT (organization_id) DO UPDATE
            SET cursor_ordinal = CASE WHEN audit_exports.kind = excluded.kind AND audit_exports.target = excluded.target
                                 THEN audit_exports.cursor_ordinal ELSE 0 END,
                enabled = excluded.enabled, kind = excluded.kind, target = excluded.target, secret = excluded.secret, failures = 0,
                last_message = ''
            """
        );

    public static Task<int> Delete(Transaction transaction, string organizationId) =>
        transaction.Execute($"DELETE FROM audit_exports WHERE organization_id = {organizationId}");

    /// <summary>Takes those that are behind for this process alone, until the lease is over.</summary>
    public Task<List<AuditExport>> Claim(TimeSpan lease, CancellationToken ct) =>
        database.Write(
            transaction =>
                transaction.Query<AuditExport>(
                    $"""
                    UPDATE audit_exports SET leased_until_ms = {Now + (long)lease.TotalMilliseconds}
                    WHERE enabled AND leased_until_ms <= {Now} AND cursor_ordinal < COALESCE(
                      (SELECT ordinal FROM audit_heads h WHERE h.organization_id = audit_exports.organization_id), 0)
                    RETURNING *
                    """
                ),
            ct
        );

    /// <summary>What was sent has arrived.</summary>
    public Task Advance(AuditExport export, long ordinal, CancellationToken ct) =>
        database.Execute(
            $"""
            UPDATE audit_exports
            SET cursor_ordinal = {ordinal}, leased_until_ms = 0, failures = 0, last_ms = {Now}, last_message = ''
            WHERE organization_id = {export.OrganizationId} AND target = {export.Target} AND kind = {export.Kind}
            """,
            ct
        );

    /// <param name="wait">Until it is tried again.</param>
    public Task Fail(AuditExport export, string message, TimeSpan wait, CancellationToken ct) =>
        database.Execute(
            $"""
            UPDATE audit_exports
            SET leased_until_ms = {Now + (long)wait.TotalMilliseconds}, failures = failures + 1, last_ms = {Now}, last_message = {message}
            WHERE organization_id = {export.OrganizationId} AND target = {export.Target} AND kind = {export.Kind}
            """,
            ct
        );
}
