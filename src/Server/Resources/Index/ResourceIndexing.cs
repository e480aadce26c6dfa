using Server.Auth;
using Server.State;
using Server.Updates.History;

namespace Server.Resources;

/// <summary>
/// Takes finished states into the index, soon after they came to be. It reads what is on disk and writes little at a time, so that no update waits for
/// it; several processes may do the same work at once, of which one counts.
/// </summary>
public sealed class ResourceIndexing(StateStore states, ResourceIndexStore index, HistoryStore history, ILogger<ResourceIndexing> log)
    : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(await Try(stoppingToken) ? Interval : AfterFailure, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; what is left is found by the next one.
        }
    }

    /// <summary>When this returns, everything that was there when it was called has been taken in.</summary>
    public async Task CatchUp(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            for (var waiting = await states.ToIndex(AtOnce, ct); waiting.Count > 0; waiting = await states.ToIndex(AtOnce, ct))
            {
                foreach (var stack in waiting.GroupBy(s => s.StackId))
                {
                    await Take(stack.Key, [.. stack], ct);
                }
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<bool> Try(CancellationToken ct)
    {
        try
        {
            await CatchUp(ct);
            return true;
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            log.LogWarning(
                problem,
                "New states could not be taken into the index of resources; this is tried again in {Wait}",
                AfterFailure
            );
            return false;
        }
    }

    /// <param name="waiting">States of one stack, in their order.</param>
    private async Task Take(string stackId, List<StateVersion> waiting, CancellationToken ct)
    {
        var before = await index.Find(stackId, ct);
        var known = before is null ? null : await index.Digests(before.StateId, ct);
        foreach (var state in waiting)
        {
            try
            {
                if (state.Version <= before?.Version)
                {
                    await index.PassBy(state.Id, ct);
                    continue;
                }
                var read = await IndexReader.Read(() => states.Open(state), ct);
                if (known is not null || await states.IsFirst(state, ct))
                {
                    await Compare(state, known ?? [], read.Digests, ct);
                }
                known = read.Digests;
                if (state == waiting[^1])
                {
                    await index.Replace(state, read, before, ct);
                }
                else
                {
                    await index.PassBy(state.Id, ct);
                }
            }
            catch (Exception damaged) when (damaged is ApiException or InvalidDataException)
            {
                log.LogError(damaged, "State {Id} cannot be read and is left out of the index of resources", state.Id);
                await index.PassBy(state.Id, ct);
            }
        }
    }

    private async Task Compare(StateVersion state, Dictionary<string, long> old, Dictionary<string, long> now, CancellationToken ct)
    {
        if (await history.AtVersion(state.StackId, state.Version, ct) is { Kind: "rename" })
        {
            return; // all texts differ, and nothing has happened to the resources
        }
        var changes = now.Where(r => !old.TryGetValue(r.Key, out var digest) || digest != r.Value)
            .Select(r => new ResourceChange(r.Key, old.ContainsKey(r.Key) ? "changed" : "created"))
            .Concat(old.Keys.Where(key => !now.ContainsKey(key)).Select(key => new ResourceChange(key, "deleted")));
        await index.AddChanges(state.StackId, state.Version, changes, ct);
    }
}
