using System.Text.Json.Nodes;

namespace Server.Webhooks;

/// <summary>What somebody sends by hand and waits for.</summary>
public sealed class WebhookTrials(WebhookSender sender, WebhookOutbox outbox, TimeProvider clock)
{
    public const string PingKind = "ping";

    /// <summary>Goes to webhooks that are switched off as well: that is how one sees whether they would work.</summary>
    public Task<Delivery> Ping(Webhook webhook, CancellationToken ct)
    {
        var body = new JsonObject
        {
            ["timestamp"] = clock.GetUtcNow().ToUnixTimeSeconds(),
            ["message"] = "🍹 Just a friendly ping from Pulumi 🍹",
        };
        var message = new WebhookMessage(PingKind, body, $"A ping of the webhook {webhook.DisplayName}.", Link: null);
        return Send(webhook, Guid.CreateVersion7().ToString(), PingKind, message.In(webhook.Format), ct);
    }

    /// <summary>The same message with the same id.</summary>
    /// <returns>Null if there is no such delivery any more.</returns>
    public async Task<Delivery?> Redeliver(Webhook webhook, string deliveryId, CancellationToken ct) =>
        await outbox.FindDelivery(webhook.Id, deliveryId, ct) is { } before
            ? await Send(webhook, before.EventId, before.Kind, before.Payload, ct)
            : null;

    private async Task<Delivery> Send(Webhook webhook, string eventId, string kind, string payload, CancellationToken ct)
    {
        var delivery = await sender.Send(webhook, eventId, kind, payload, ct);
        await outbox.Record(delivery, CancellationToken.None);
        return delivery;
    }
}
