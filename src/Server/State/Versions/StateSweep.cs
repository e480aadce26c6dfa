using Server.Data;

namespace Server.State;

/// <summary>
/// Removes parts of states that never came to be, because a process died between writing them and the last step, or whose stack is gone. Only what is
/// hours old: another process may be writing the rest right now.
/// </summary>
public sealed class StateSweep(Database database, TimeProvider clock, ILogger<StateSweep> log) : BackgroundService
{
    private static readonly TimeSpan Age = TimeSpan.FromHours(6);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Age, clock);
        try
        {
            do
            {
                await Try(stoppingToken);
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task Try(CancellationToken ct)
    {
        try
        {
            await Sweep(ct);
        }
        catch (System.Data.Common.DbException problem)
        {
            log.LogWarning(
                problem,
                "Parts of states that never came to be could not be removed; this is tried again in {Hours} hours",
                Age.TotalHours
            );
        }
    }

    /// <returns>Of how many states it has removed parts.</returns>
    public async Task<int> Sweep(CancellationToken ct)
    {
        var orphans = await database.Query<string>(
            $"SELECT DISTINCT state_id FROM state_parts p WHERE NOT EXISTS (SELECT 1 FROM states s WHERE s.id = p.state_id)",
            ct
        );
        var limit = (clock.GetUtcNow() - Age).ToUnixTimeMilliseconds();
        var old = orphans.Where(id => CreatedMs(id) < limit).ToList();
        foreach (var id in old)
        {
            // Looked at again: a state that has been long in coming may have arrived.
            await database.Execute(
                $"DELETE FROM state_parts WHERE state_id = {id} AND NOT EXISTS (SELECT 1 FROM states s WHERE s.id = state_id)",
                ct
            );
        }
        return old.Count;
    }

    /// <summary>The time in a UUID of version 7 (RFC 9562): its first 48 bits.</summary>
    private static long CreatedMs(string id) => Convert.ToInt64(id[..8] + id[9..13], 16);
}
