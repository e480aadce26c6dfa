using Server.Data;

namespace Server.Webhooks;

/// <summary>Something that is to be sent. Its id stays the same however often it is tried, so that a receiver can tell a repetition.</summary>
public sealed record OutboxEntry
{
    public required string Id { get; init; }
    public required string WebhookId { get; init; }
    public required string Kind { get; init; }
    public required string Payload { get; init; }
    public required long Attempts { get; init; }
}

/// <summary>One attempt, as it went.</summary>
public sealed record Delivery
{
    public required string Id { get; init; }
    public required string WebhookId { get; init; }
    public required string EventId { get; init; }
    public required string Kind { get; init; }
    public required string Payload { get; init; }
    public required string RequestUrl { get; init; }
    public required string RequestHeaders { get; init; }

    /// <summary>0 if there was no answer; then the body says why.</summary>
    public required long ResponseCode { get; init; }
    public required string ResponseHeaders { get; init; }
    public required string ResponseBody { get; init; }
    public required long DurationMs { get; init; }
    public required long CreatedMs { get; init; }

    public bool Arrived => ResponseCode is >= 200 and < 300;
}

/// <summary>Owns <c>webhook_outbox</c> and <c>webhook_deliveries</c>.</summary>
public sealed class WebhookOutbox(Database database, TimeProvider clock)
{
    private const int Shown = 100;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public Task<int> Add(Transaction transaction, string webhookId, string kind, string payload) =>
        transaction.Execute(
            $"""
            INSERT INTO webhook_outbox (id, webhook_id, kind, payload, attempts, due_ms, leased_until_ms, created_ms)
            VALUES ({Guid.CreateVersion7().ToString()}, {webhookId}, {kind}, {payload}, 0, {Now}, 0, {Now})
            """
        );

    /// <summary>Takes what is due for this process alone. Another one may take it if this one has not said how it went until the lease is over.</summary>
    public Task<List<OutboxEntry>> Claim(int most, TimeSpan lease, CancellationToken ct) =>
        database.Write(
            transaction =>
                transaction.Query<OutboxEntry>(
                    $"""
                    UPDATE webhook_outbox SET leased_until_ms = {Now + (long)lease.TotalMilliseconds}
                    WHERE leased_until_ms <= {Now} AND id IN (
                      SELECT id FROM webhook_outbox WHERE due_ms <= {Now} AND leased_until_ms <= {Now} ORDER BY due_ms, id LIMIT {most}
                    )
                    RETURNING id, webhook_id, kind, payload, attempts
                    """
                ),
            ct
        );

    /// <summary>Writes down how an attempt went, and what becomes of the entry.</summary>
    /// <param name="again">How long until the next attempt; null is never.</param>
    public Task Settle(OutboxEntry entry, Delivery delivery, TimeSpan? again, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await Record(transaction, delivery);
                return again is { } wait
                    ? await transaction.Execute(
                        $"""
                        UPDATE webhook_outbox
                        SET attempts = attempts + 1, leased_until_ms = 0, due_ms = {Now + (long)wait.TotalMilliseconds}
                        WHERE id = {entry.Id}
                        """
                    )
                    : await transaction.Execute($"DELETE FROM webhook_outbox WHERE id = {entry.Id}");
            },
            ct
        );

    public Task Drop(OutboxEntry entry, CancellationToken ct) => database.Execute($"DELETE FROM webhook_outbox WHERE id = {entry.Id}", ct);

    public Task Record(Delivery delivery, CancellationToken ct) => database.Write(transaction => Record(transaction, delivery), ct);

    /// <summary>Newest first.</summary>
    public Task<List<Delivery>> Deliveries(string webhookId, CancellationToken ct) =>
        database.Query<Delivery>(
            $"SELECT * FROM webhook_deliveries WHERE webhook_id = {webhookId} ORDER BY created_ms DESC, id DESC LIMIT {Shown}",
            ct
        );

    public Task<Delivery?> FindDelivery(string webhookId, string id, CancellationToken ct) =>
        database.QueryOne<Delivery>($"SELECT * FROM webhook_deliveries WHERE webhook_id = {webhookId} AND id = {id}", ct);

    /// <summary>How many are not sent yet.</summary>
    public Task<long> Waiting(string webhookId, CancellationToken ct) =>
        database.QueryOne<long>($"SELECT COUNT(*) FROM webhook_outbox WHERE webhook_id = {webhookId}", ct);

    private async Task<int> Record(Transaction transaction, Delivery delivery)
    {
        var before = Now - (long)Kept.TotalMilliseconds;
        await transaction.Execute($"DELETE FROM webhook_deliveries WHERE webhook_id = {delivery.WebhookId} AND created_ms < {before}");
        // The webhook may have been deleted in the meantime.
        return await transaction.Execute(
            $"""
            INSERT INTO webhook_deliveries (id, webhook_id, event_id, kind, payload, request_url, request_headers, response_code, response_headers,
                                            response_body, duration_ms, created_ms)
            SELECT {delivery.Id}, id, {delivery.EventId}, {delivery.Kind}, {delivery.Payload}, {delivery.RequestUrl}, {delivery.RequestHeaders},
                   {delivery.ResponseCode}, {delivery.ResponseHeaders}, {delivery.ResponseBody}, {delivery.DurationMs}, {delivery.CreatedMs}
            FROM webhooks WHERE id = {delivery.WebhookId}
            """
        );
    }
}
