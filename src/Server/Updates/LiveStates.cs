using Server.Data;
using Server.Stacks;

namespace Server.Updates;

/// <summary>What a stack's state is now. While an update runs, that is what it began with and what has been acknowledged since.</summary>
public sealed class LiveStates(Database database, LogFold fold)
{
    /// <summary>Of all texts that are kept for the next who asks.</summary>
    private const long Most = 64 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Kept> _kept = [];

    /// <returns>Null if nothing runs, or nothing has been saved: then it is the latest version.</returns>
    public async Task<byte[]?> Of(Stack stack, CancellationToken ct)
    {
        if (stack.RunningUpdateId is not { } id)
        {
            return null;
        }
        var (update, end) = await database.Read(
            async transaction => (await UpdateStore.Find(transaction, id), await UpdateLog.End(transaction, id)),
            ct
        );
        if (update is null || update.IsOver || end == 0)
        {
            Forget(id);
            return null;
        }
        return Find(id, end) ?? await Make(update, ct);
    }

    private async Task<byte[]?> Make(Update update, CancellationToken ct)
    {
        var rows = await database.Read(transaction => UpdateLog.Read(transaction, update.Id), ct);
        if (rows.Count == 0)
        {
            return null; // it has ended in between
        }
        using var saved = await fold.Run(update, rows, ct);
        var text = saved.Text.ToArray();
        Keep(update.Id, new(rows[^1].Ordinal, text));
        return text;
    }

    private byte[]? Find(string id, long end)
    {
        lock (_lock)
        {
            return _kept.TryGetValue(id, out var kept) && kept.End == end ? kept.Text : null;
        }
    }

    private void Keep(string id, Kept kept)
    {
        lock (_lock)
        {
            _kept.Remove(id);
            if (_kept.Values.Sum(k => (long)k.Text.Length) + kept.Text.Length > Most)
            {
                _kept.Clear();
            }
            if (kept.Text.Length <= Most)
            {
                _kept[id] = kept;
            }
        }
    }

    private void Forget(string id)
    {
        lock (_lock)
        {
            _kept.Remove(id);
        }
    }

    /// <param name="End">The last row of the log that is in it.</param>
    private sealed record Kept(long End, byte[] Text);
}
