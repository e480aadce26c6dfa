using System.Security.Cryptography;

namespace Server.Webhooks;

/// <summary>
/// Sends what lies in the outbox, side by side with the other processes that do the same. What is not answered with 2xx is tried again, later and
/// later; a message is sent at least once, and may be sent twice if a process dies in between.
/// </summary>
public sealed class WebhookSending(
    WebhookOutbox outbox,
    WebhookStore webhooks,
    WebhookSender sender,
    TimeProvider clock,
    ILogger<WebhookSending> log
) : BackgroundService
{
    private const int AtOnce = 20;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Between attempts; after the last one it is given up, a day and a half after the first.</summary>
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(10),
        TimeSpan.FromSeconds(40),
        TimeSpan.FromMinutes(3),
        TimeSpan.FromMinutes(12),
        TimeSpan.FromMinutes(45),
        TimeSpan.FromHours(3),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(20),
    ];

    /// <summary>Sends what is due now, and waits for it.</summary>
    public async Task SendDue(CancellationToken ct)
    {
        while (await outbox.Claim(AtOnce, Lease, ct) is { Count: > 0 } due)
        {
            await Task.WhenAll(due.Select(entry => Send(entry, ct)));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                running.RemoveAll(task => task.IsCompleted);
                await ClaimInto(running, stoppingToken);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops. What is under way is lost to this process, and another one sends it when its lease is over.
        }
        await Task.WhenAll(running);
    }

    private async Task ClaimInto(List<Task> running, CancellationToken ct)
    {
        try
        {
            if (running.Count < AtOnce)
            {
                var due = await outbox.Claim(AtOnce - running.Count, Lease, ct);
                running.AddRange(due.Select(entry => Send(entry, ct)));
            }
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            log.LogWarning(problem, "Could not look for webhook deliveries");
        }
    }

    private async Task Send(OutboxEntry entry, CancellationToken ct)
    {
        try
        {
            if (await webhooks.FindById(entry.WebhookId, ct) is not { Active: true } webhook)
            {
                await outbox.Drop(entry, ct);
                return;
            }
            var delivery = await sender.Send(webhook, entry.Id, entry.Kind, entry.Payload, ct);
            var again = delivery.Arrived || entry.Attempts >= Waits.Length ? (TimeSpan?)null : WithJitter(Waits[entry.Attempts]);
            await outbox.Settle(entry, delivery, again, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // Tried again when the lease is over.
        }
        catch (Exception problem)
        {
            log.LogWarning(problem, "Could not send {Entry} to webhook {Webhook}", entry.Id, entry.WebhookId);
        }
    }

    /// <summary>So that what failed together does not come back together.</summary>
    private static TimeSpan WithJitter(TimeSpan wait) => wait * (1 + RandomNumberGenerator.GetInt32(500) / 1000.0);
}
