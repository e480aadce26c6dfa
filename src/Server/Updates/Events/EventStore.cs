using Server.Data;

namespace Server.Updates.Events;

/// <summary>
/// Owns <c>update_events</c> and <c>update_lines</c>. Batches come several at once and in any order, so storing one takes no lock on its update.
/// </summary>
public sealed class EventStore(Database database, TimeProvider clock)
{
    public const int LinesAtOnce = 1000;
    private const int BatchesAtOnce = 20;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="resourceChanges">JSON, if the batch has the run's summary.</param>
    /// <returns>False if the lease is not good. A batch that was stored before is stored again without harm.</returns>
    public Task<bool> Append(string id, Lease lease, EventRange range, byte[] body, string? resourceChanges, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                var stored = await transaction.Execute(
                    $"""
                    INSERT INTO update_events (update_id, first_sequence, last_sequence, body, received_ms)
                    SELECT id, {range.First}, {range.Last}, {body}, {Now} FROM updates
                    WHERE id = {id} AND lease_hash = {lease.Hash} AND status = 'running' AND lease_expires_ms > {Now}
                    ON CONFLICT (update_id, first_sequence, last_sequence) DO UPDATE SET body = excluded.body
                    """
                );
                if (stored == 1 && resourceChanges is not null)
                {
                    await transaction.Execute($"UPDATE updates SET resource_changes = {resourceChanges} WHERE id = {id}");
                }
                return stored == 1;
            },
            ct
        );

    /// <returns>Batches that have an event at or after <paramref name="from"/>, in order.</returns>
    public Task<List<EventRow>> Read(string id, long from, int count, CancellationToken ct) =>
        database.Query<EventRow>(
            $"""
            SELECT first_sequence, last_sequence, body, received_ms FROM update_events
            WHERE update_id = {id} AND last_sequence >= {from}
            ORDER BY first_sequence, last_sequence LIMIT {count}
            """,
            ct
        );

    /// <returns>Which batches there are.</returns>
    public Task<List<EventRange>> Ranges(string id, CancellationToken ct) =>
        database.Query<EventRange>(
            $"SELECT first_sequence AS first, last_sequence AS last FROM update_events WHERE update_id = {id} ORDER BY first_sequence, last_sequence",
            ct
        );

    /// <returns>Those batches, a few at a time.</returns>
    public async IAsyncEnumerable<EventRow> Batches(
        string id,
        IReadOnlyCollection<EventRange> ranges,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        foreach (var some in ranges.Chunk(BatchesAtOnce))
        {
            var firsts = Enumerable.Range(0, BatchesAtOnce).Select(i => some[Math.Min(i, some.Length - 1)].First); // one statement for any number
            var rows = await database.Query<EventRow>(
                $"""
                SELECT first_sequence, last_sequence, body, received_ms FROM update_events
                WHERE update_id = {id} AND first_sequence IN {firsts}
                ORDER BY first_sequence, last_sequence
                """,
                ct
            );
            foreach (var row in rows.Where(row => some.Contains(new(row.FirstSequence, row.LastSequence))))
            {
                yield return row;
            }
        }
    }

    /// <returns>False if the lease is not good.</returns>
    public async Task<bool> AppendLine(string id, Lease lease, string kind, string fields, CancellationToken ct) =>
        await database.Execute(
            $"""
            INSERT INTO update_lines (update_id, ordinal, kind, fields)
            SELECT u.id, COALESCE(MAX(l.ordinal), -1) + 1, {kind}, {fields}
            FROM updates u LEFT JOIN update_lines l ON l.update_id = u.id
            WHERE u.id = {id} AND u.lease_hash = {lease.Hash} AND u.status = 'running' AND u.lease_expires_ms > {Now}
            GROUP BY u.id
            """,
            ct
        ) == 1;

    public Task<List<LineRow>> Lines(string id, long from, CancellationToken ct) =>
        database.Query<LineRow>(
            $"SELECT ordinal, kind, fields FROM update_lines WHERE update_id = {id} AND ordinal >= {from} ORDER BY ordinal LIMIT {LinesAtOnce}",
            ct
        );
}

public sealed record EventRange(long First, long Last);

/// <summary>A batch of events.</summary>
public sealed record EventRow
{
    public required long FirstSequence { get; init; }
    public required long LastSequence { get; init; }

    /// <summary>Gzip, as it came.</summary>
    public required byte[] Body { get; init; }

    public required long ReceivedMs { get; init; }
}

public sealed record LineRow
{
    public required long Ordinal { get; init; }
    public required string Kind { get; init; }
    public required string Fields { get; init; }
}
