namespace Server.Updates;

/// <summary>
/// Ends updates whose client is gone, and finishes those that a process was ending when it died: when the server starts, and every few seconds. Nobody has
/// to wait for it: whoever comes across such an update does the same.
/// </summary>
public sealed class Sweep(UpdateStore updates, Ending ending, TimeProvider clock, ILogger<Sweep> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>A client starts what it has created within seconds, or never.</summary>
    private static readonly TimeSpan NotStartedLasts = TimeSpan.FromHours(6);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                await Once(stoppingToken);
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops; what is left is found by the next one.
        }
    }

    private async Task Once(CancellationToken ct)
    {
        try
        {
            foreach (var id in await updates.Unfinished(ct))
            {
                await TakeOver(id, ct);
            }
            await updates.DeleteNotStarted(NotStartedLasts, ct);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            log.LogWarning(problem, "Could not look for updates without a client");
        }
    }

    private async Task TakeOver(string id, CancellationToken ct)
    {
        try
        {
            await ending.TakeOver(id, ct);
            log.LogInformation("Update {Id} had lost its client, or its server; what it had saved is kept", id);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            log.LogError(
                problem,
                "Update {Id} cannot be ended; what it had saved is kept in the log of updates, and its stack stays locked",
                id
            );
        }
    }
}
