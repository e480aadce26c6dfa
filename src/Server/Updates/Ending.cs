using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Stacks;
using Server.State;

namespace Server.Updates;

/// <summary>
/// The one way in which updates end, whoever ends them. First the end is written down, after which nothing more is accepted; then what was accepted is
/// made into a state; then the state becomes the stack's, in one step with the release of its lease. Whoever comes across an update that was left in
/// between finishes it: no matter which process, or how many at once.
/// </summary>
public sealed class Ending(
    Database database,
    UpdateStore updates,
    StackStore stacks,
    StateStore states,
    LogFold fold,
    UpdateLogging logging,
    TimeProvider clock
)
{
    private const string Lost = "was given up because its client was not heard of any more";

    /// <summary>So that one process folds once; two processes may fold twice, of which one counts.</summary>
    private readonly Dictionary<string, Task> _finishing = [];

    /// <summary>The client says how it went.</summary>
    /// <exception cref="ApiException">409: it had ended otherwise before.</exception>
    public async Task Complete(Update update, string status, CancellationToken ct)
    {
        if (await Begin(update, status, reason: "", lapsed: false, null, ct))
        {
            await Finish(update.Id);
            return;
        }
        var ended = await Finished(update.Id, ct);
        var byOthers = ended.EndReason.Length > 0;
        if (byOthers ? status == UpdateStatus.Succeeded : ended.Status != status)
        {
            throw ApiException.Conflict(
                $"This update {Refusal.Ending(ended)}, so it cannot end as {status}. What it had saved until then is kept."
            );
        }
    }

    /// <exception cref="ApiException">409: there is nothing to cancel.</exception>
    public async Task Cancel(Update update, string login, Actor actor, CancellationToken ct)
    {
        if (update.Status == UpdateStatus.NotStarted)
        {
            throw ApiException.Conflict("This update has not been started, so there is nothing to cancel.");
        }
        if (await Begin(update, UpdateStatus.Cancelled, $"was cancelled by '{login}'", lapsed: false, actor, ct))
        {
            await Finish(update.Id);
            return;
        }
        var ended = await Finished(update.Id, ct);
        if (ended.Status != UpdateStatus.Cancelled)
        {
            throw ApiException.Conflict($"This update {Refusal.Ending(ended)}; there is nothing left to cancel.");
        }
    }

    /// <summary>Makes way for another update, if the holder of the stack is one that nobody runs any more.</summary>
    /// <returns>False if somebody does.</returns>
    public async Task<bool> TakeOver(Update holder, CancellationToken ct)
    {
        if (holder.Status == UpdateStatus.Running)
        {
            if (holder.LeaseExpiresMs > clock.GetUtcNow().ToUnixTimeMilliseconds())
            {
                return false;
            }
            await Begin(holder, UpdateStatus.Failed, Lost, lapsed: true, null, ct);
        }
        await Finish(holder.Id);
        return true;
    }

    /// <summary>Ends what has lost its client, and finishes what has lost its process.</summary>
    public async Task TakeOver(string updateId, CancellationToken ct)
    {
        if (await updates.Find(updateId, ct) is { } update)
        {
            await TakeOver(update, ct);
        }
    }

    private Task<bool> Begin(Update update, string endsAs, string reason, bool lapsed, Actor? canceller, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                var begun = await updates.BeginEnding(transaction, update.Id, endsAs, reason, lapsed);
                if (begun && canceller is not null)
                {
                    await logging.Cancelled(transaction, update, canceller);
                }
                return begun;
            },
            ct
        );

    private async Task<Update> Finished(string id, CancellationToken ct)
    {
        await Finish(id);
        return await updates.Find(id, ct) ?? throw ApiException.NotFound("There is no such update");
    }

    private async Task Finish(string id)
    {
        Task? finishing;
        lock (_finishing)
        {
            if (!_finishing.TryGetValue(id, out finishing))
            {
                _finishing[id] = finishing = Task.Run(() => FinishOnce(id));
            }
        }
        try
        {
            await finishing;
        }
        finally
        {
            lock (_finishing)
            {
                _finishing.Remove(id);
            }
        }
    }

    /// <summary>Not for any caller to interrupt.</summary>
    private async Task FinishOnce(string id)
    {
        var ct = CancellationToken.None;
        var (update, rows) = await database.Read(
            async transaction => (await UpdateStore.Find(transaction, id), await UpdateLog.Read(transaction, id)),
            ct
        );
        if (update is not { Status: UpdateStatus.Ending })
        {
            return;
        }
        if (rows.Count == 0)
        {
            await database.Write(transaction => Close(transaction, update, null), ct);
            return;
        }
        using var saved = await fold.Run(update, rows, ct);
        var staged = await saved.Stage(states, ct);
        await database.Write(transaction => Close(transaction, update, staged), ct);
    }

    private async Task<bool> Close(Transaction transaction, Update update, StagedState? staged)
    {
        var stack = await stacks.FindById(transaction, update.StackId);
        if (!await UpdateStore.FinishEnding(transaction, update.Id, staged?.ResourceCount ?? stack?.ResourceCount ?? -1))
        {
            return false;
        }
        if (staged is not null)
        {
            await states.Commit(transaction, staged, update.Version);
        }
        if (!update.DryRun)
        {
            await stacks.ReleaseLease(transaction, update.StackId, update.Id, update.Version, staged?.ResourceCount);
        }
        await UpdateLog.Drop(transaction, update.Id);
        await logging.Ended(transaction, update, stack);
        return true;
    }
}
