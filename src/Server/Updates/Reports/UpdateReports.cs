using Server.Updates.Events;

namespace Server.Updates.Reports;

/// <summary>
/// Reports of updates, made once and kept while they are looked at. Of an update that runs, only what has come since the last look is read.
/// </summary>
public sealed class UpdateReports(EventStore events)
{
    /// <summary>Rows and messages of all reports that are kept, each of which counts as much as <see cref="Least"/> at least.</summary>
    private const int Most = 400_000;

    private const int Least = 1000;

    private readonly Lock _lock = new();
    private readonly LinkedList<Kept> _kept = [];

    /// <param name="update">As it was before this call: what had come until then is in the report.</param>
    public async Task<UpdateReport> Of(Update update, CancellationToken ct)
    {
        var kept = Find(update.Id);
        if (kept.IsComplete)
        {
            return kept.Report;
        }
        await kept.Gate.WaitAsync(ct);
        try
        {
            if (!kept.IsComplete)
            {
                await CatchUp(update.Id, kept.Report, ct);
                kept.IsComplete = update.IsOver;
            }
        }
        finally
        {
            kept.Gate.Release();
        }
        Trim();
        return kept.Report;
    }

    /// <returns>The whole event, as it came; null if it is not there.</returns>
    public async Task<Dictionary<long, ReadOnlyMemory<byte>>> Events(
        string updateId,
        IReadOnlyCollection<long> sequences,
        CancellationToken ct
    )
    {
        var found = new Dictionary<long, ReadOnlyMemory<byte>>();
        var report = Find(updateId).Report;
        var ranges = sequences.SelectMany(report.Holding).Distinct().ToList();
        await foreach (var row in events.Batches(updateId, ranges, ct))
        {
            using var text = Rented.Unpacked(row.Body);
            foreach (var e in EventBatch.Parse(text.Memory).Events.Where(e => sequences.Contains(e.Sequence)))
            {
                found[e.Sequence] = e.Json.ToArray();
            }
        }
        return found;
    }

    private async Task CatchUp(string id, UpdateReport report, CancellationToken ct)
    {
        var ranges = await events.Ranges(id, ct);
        await foreach (var row in events.Batches(id, [.. report.Unseen(ranges)], ct))
        {
            using var text = Rented.Unpacked(row.Body);
            report.Fold(new(row.FirstSequence, row.LastSequence), text.Span);
        }
    }

    private Kept Find(string id)
    {
        lock (_lock)
        {
            var node = _kept.First;
            while (node is not null && node.Value.UpdateId != id)
            {
                node = node.Next;
            }
            if (node is null)
            {
                node = new(new(id));
            }
            else
            {
                _kept.Remove(node);
            }
            _kept.AddFirst(node);
            return node.Value;
        }
    }

    private void Trim()
    {
        lock (_lock)
        {
            var weight = _kept.Sum(k => (long)Math.Max(Least, k.Report.Weight));
            while (weight > Most && _kept.Count > 1)
            {
                weight -= Math.Max(Least, _kept.Last!.Value.Report.Weight);
                _kept.RemoveLast();
            }
        }
    }

    private sealed record Kept(string UpdateId)
    {
        public UpdateReport Report { get; } = new();
        public SemaphoreSlim Gate { get; } = new(1);
        public bool IsComplete { get; set; }
    }
}
