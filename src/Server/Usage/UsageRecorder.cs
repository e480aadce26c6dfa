namespace Server.Usage;

/// <summary>Writes the number of resources down, several times in each hour so that its last one is near the hour's end.</summary>
public sealed class UsageRecorder(UsageStore usage, TimeProvider clock, ILogger<UsageRecorder> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                await Record(stoppingToken);
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task Record(CancellationToken ct)
    {
        try
        {
            await usage.Record(ct);
        }
        catch (System.Data.Common.DbException problem)
        {
            log.LogWarning(
                problem,
                "The number of resources could not be written down; this is tried again in {Minutes} minutes",
                Interval.TotalMinutes
            );
        }
    }
}
