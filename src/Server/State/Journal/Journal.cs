namespace Server.State;

/// <summary>The entries of an update in the order that counts: by sequence id, each once.</summary>
internal sealed class Journal
{
    private readonly List<(ReadOnlyMemory<byte> Batch, JournalEntry Entry)> _entries = [];

    public Journal(IReadOnlyList<ReadOnlyMemory<byte>> batches)
    {
        foreach (var batch in batches)
        {
            var entries = new JournalEntryReader(batch.Span);
            while (entries.TryNext(out var entry))
            {
                _entries.Add((batch, entry));
            }
        }
    }

    /// <summary>The first thing found that cannot be true.</summary>
    public string? Contradiction { get; private set; }

    public void ForEach(Action<ReadOnlyMemory<byte>, JournalEntry> apply)
    {
        var order = Enumerable.Range(0, _entries.Count).ToArray();
        Array.Sort(order, ByIdThenArrival);
        for (var i = 0; i < order.Length; i++)
        {
            var (batch, entry) = _entries[order[i]];
            if (i > 0 && _entries[order[i - 1]].Entry.SequenceId == entry.SequenceId)
            {
                NoteRepeat(order[i - 1], order[i]);
                continue;
            }
            apply(batch, entry);
        }
    }

    private int ByIdThenArrival(int x, int y)
    {
        var byId = _entries[x].Entry.SequenceId.CompareTo(_entries[y].Entry.SequenceId);
        return byId != 0 ? byId : x.CompareTo(y);
    }

    private void NoteRepeat(int first, int again)
    {
        var (one, other) = (_entries[first], _entries[again]);
        if (!one.Entry.Text.Of(one.Batch.Span).SequenceEqual(other.Entry.Text.Of(other.Batch.Span)))
        {
            Contradiction ??= $"two different journal entries have the sequence id {one.Entry.SequenceId}";
        }
    }
}
