using System.Collections.Concurrent;
using Server.Auth;
using Server.Data;
using Server.State;

namespace Server.Updates.Journaling;

/// <summary>Takes the saves of updates that send journal entries. What an acknowledgement costs does not depend on the size of the stack.</summary>
public sealed class JournalSaving(Database database, UpdateLog log, UpdateStore updates, StateStore states, TimeProvider clock)
{
    private const string Does = "save journal entries";
    private const int MostRemembered = 10_000;

    /// <summary>How many resources entries may refer to, by update: known again from the log where it is not here.</summary>
    private readonly ConcurrentDictionary<string, int> _oldResources = new();

    public async Task Append(string id, Lease lease, SavedBody body, CancellationToken ct)
    {
        var oldResources = await Check(id, lease, body, ct);
        if (!await log.AppendJournal(id, lease, body.Stored, ct))
        {
            throw await updates.Refused(id, lease, Does, journal: true, ct);
        }
        Remember(id, oldResources);
    }

    private async Task<int> Check(string id, Lease lease, SavedBody body, CancellationToken ct)
    {
        try
        {
            return _oldResources.TryGetValue(id, out var known) && Passes(body, known) is { } count
                ? count
                : JournalBatch.Check(body.Text, await Count(id, ct));
        }
        catch (ApiException problem)
        {
            // Whoever has no right to write is told that, and not what is wrong with the write.
            throw Refusal.OfWrite(await updates.Find(id, ct), lease, Does, journal: true, clock) ?? problem;
        }
    }

    /// <returns>Null if it does not, which may be because another process has taken a larger base from the client since.</returns>
    private static int? Passes(SavedBody body, int known)
    {
        try
        {
            return JournalBatch.Check(body.Text, known);
        }
        catch (ApiException)
        {
            return null;
        }
    }

    private async Task<int> Count(string id, CancellationToken ct)
    {
        var (update, rows) = await database.Read(
            async transaction => (await UpdateStore.Find(transaction, id), await UpdateLog.Read(transaction, id)),
            ct
        );
        var count = update?.BaseStateId is { } @base ? (int)(await states.FindById(@base, ct))!.ResourceCount : 0;
        foreach (var row in rows.Where(r => r.Kind == LogKind.Journal))
        {
            using var text = row.Text();
            count = JournalBatch.Check(text.Memory, count);
        }
        if (update is not null)
        {
            Remember(id, count);
        }
        return count;
    }

    private void Remember(string id, int oldResources)
    {
        if (_oldResources.TryGetValue(id, out var known) && known >= oldResources)
        {
            return;
        }
        if (_oldResources.Count >= MostRemembered)
        {
            _oldResources.Clear();
        }
        _oldResources.AddOrUpdate(id, oldResources, (_, other) => Math.Max(other, oldResources));
    }
}
