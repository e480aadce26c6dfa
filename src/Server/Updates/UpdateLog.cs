using Server.Data;

namespace Server.Updates;

/// <summary>
/// Owns <c>update_log</c>: what a running update has saved, appended as it came. An acknowledgement is one unit of work of two statements, whose
/// first proves the lease. On PostgreSQL it also locks the update's row, and so puts every write before or after its end, never beside it.
/// </summary>
public sealed class UpdateLog(Database database, TimeProvider clock)
{
    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <returns>False if the lease is not good, or the update does not send journal entries.</returns>
    public Task<bool> AppendJournal(string id, Lease lease, byte[] body, CancellationToken ct) =>
        database.Write(
            async transaction =>
                await transaction.Execute(
                    $"""
                    UPDATE updates SET last_heard_ms = {Now}
                    WHERE id = {id} AND lease_hash = {lease.Hash} AND status = 'running' AND lease_expires_ms > {Now} AND journal_version = 1
                      AND NOT dry_run
                    """
                ) == 1
                && await Insert(transaction, id, LogKind.Journal, body) == 1,
            ct
        );

    /// <summary>Replaces everything saved before.</summary>
    /// <param name="sequence">Null for a save without a number.</param>
    /// <returns>The new row's ordinal; null if the lease is not good, or the update does not send checkpoints.</returns>
    public Task<long?> AppendCheckpoint(string id, Lease lease, string kind, long? sequence, byte[] body, CancellationToken ct) =>
        database.Write<long?>(
            async transaction =>
            {
                var proven = await transaction.Execute(
                    $"""
                    UPDATE updates SET last_heard_ms = {Now}, checkpoint_sequence = COALESCE({sequence}, checkpoint_sequence)
                    WHERE id = {id} AND lease_hash = {lease.Hash} AND status = 'running' AND lease_expires_ms > {Now} AND journal_version = 0
                      AND NOT dry_run
                    """
                );
                if (proven == 0)
                {
                    return null;
                }
                await Insert(transaction, id, kind, body);
                var ordinal = await transaction.QueryOne<long>($"SELECT MAX(ordinal) FROM update_log WHERE update_id = {id}");
                await transaction.Execute($"DELETE FROM update_log WHERE update_id = {id} AND ordinal < {ordinal}");
                return ordinal;
            },
            ct
        );

    /// <returns>The new row's ordinal; null if the lease is not good, or something else was saved since <paramref name="after"/>.</returns>
    public Task<long?> AppendDelta(string id, Lease lease, long sequence, long after, byte[] body, CancellationToken ct) =>
        database.Write<long?>(
            async transaction =>
            {
                var proven = await transaction.Execute(
                    $"""
                    UPDATE updates SET last_heard_ms = {Now}
                    WHERE id = {id} AND lease_hash = {lease.Hash} AND status = 'running' AND lease_expires_ms > {Now} AND journal_version = 0
                      AND NOT dry_run AND checkpoint_sequence = {sequence - 1}
                    """
                );
                if (proven == 0 || await InsertAfter(transaction, id, after, body) == 0)
                {
                    return null;
                }
                await transaction.Execute($"UPDATE updates SET checkpoint_sequence = {sequence} WHERE id = {id}");
                return after + 1;
            },
            ct
        );

    public static Task<List<LogRow>> Read(Transaction transaction, string id) =>
        transaction.Query<LogRow>($"SELECT ordinal, kind, body FROM update_log WHERE update_id = {id} ORDER BY ordinal");

    /// <returns>0 before the first row.</returns>
    public static async Task<long> End(Transaction transaction, string id) =>
        await transaction.QueryOne<long?>($"SELECT MAX(ordinal) FROM update_log WHERE update_id = {id}") ?? 0;

    public static Task<int> Drop(Transaction transaction, string id) =>
        transaction.Execute($"DELETE FROM update_log WHERE update_id = {id}");

    private static Task<int> Insert(Transaction transaction, string id, string kind, byte[] body) =>
        transaction.Execute(
            $"""
            INSERT INTO update_log (update_id, ordinal, kind, body)
            SELECT {id}, COALESCE(MAX(ordinal), 0) + 1, {kind}, {body} FROM update_log WHERE update_id = {id}
            """
        );

    /// <summary>A statement of its own: on PostgreSQL only that sees what was written while the first waited for the row.</summary>
    private static Task<int> InsertAfter(Transaction transaction, string id, long after, byte[] body) =>
        transaction.Execute(
            $"""
            INSERT INTO update_log (update_id, ordinal, kind, body)
            SELECT {id}, {after + 1}, {LogKind.Delta}, {body} WHERE {after} = (SELECT MAX(ordinal) FROM update_log WHERE update_id = {id})
            """
        );
}

/// <summary>One save.</summary>
public sealed record LogRow
{
    public required long Ordinal { get; init; }
    public required string Kind { get; init; }

    /// <summary>Gzip, as it came.</summary>
    public required byte[] Body { get; init; }

    public Rented Text() => Rented.Unpacked(Body);
}

public static class LogKind
{
    public const string Journal = "journal";
    public const string Checkpoint = "checkpoint";
    public const string Verbatim = "verbatim";
    public const string Delta = "delta";
}
