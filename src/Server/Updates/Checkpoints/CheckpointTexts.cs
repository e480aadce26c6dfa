using System.Security.Cryptography;
using Server.Data;
using Server.State;

namespace Server.Updates.Checkpoints;

/// <summary>
/// The last saved texts of updates that send deltas. Only a help for the memory: a text that is not here is made anew from the log, after a restart or when
/// another process has served the update before.
/// </summary>
public sealed class CheckpointTexts(Database database)
{
    /// <summary>Of all texts together.</summary>
    private const long Most = 128 * 1024 * 1024;

    private readonly Dictionary<string, DeltaBase> _texts = [];
    private readonly Lock _lock = new();
    private long _clock;

    /// <summary>For one caller at a time. Without a text if the update has saved none.</summary>
    public async Task<T> Use<T>(string updateId, Func<DeltaBase, Task<T>> use, CancellationToken ct)
    {
        var text = Get(updateId);
        await text.Gate.WaitAsync(ct);
        try
        {
            if (text.Ordinal == 0)
            {
                await Load(updateId, text, ct);
            }
            return await use(text);
        }
        finally
        {
            text.Gate.Release();
        }
    }

    /// <summary>From the store, which knows better if another process has served the update meanwhile. Only while it is used.</summary>
    public async Task Load(string updateId, DeltaBase text, CancellationToken ct)
    {
        var (update, rows) = await database.Read(
            async transaction => (await UpdateStore.Find(transaction, updateId), await UpdateLog.Read(transaction, updateId)),
            ct
        );
        if (update is not null && rows is [{ Kind: LogKind.Verbatim }, ..])
        {
            using var saved = Replay(rows);
            text.Set(StateText.Copy(saved.Memory), update.CheckpointSequence, rows[^1].Ordinal);
        }
        else
        {
            text.Clear();
        }
    }

    /// <summary>After a save that replaced everything.</summary>
    /// <param name="saved">Null if no delta can follow.</param>
    public async Task Replace(string updateId, long sequence, long ordinal, ReadOnlyMemory<byte>? saved, CancellationToken ct)
    {
        if (saved is null)
        {
            Forget(updateId);
            return;
        }
        var text = Get(updateId);
        await text.Gate.WaitAsync(ct);
        text.Set(StateText.Copy(saved.Value), sequence, ordinal);
        text.Gate.Release();
    }

    public void Forget(string updateId)
    {
        lock (_lock)
        {
            _texts.Remove(updateId); // whoever has borrowed it may go on using it
        }
    }

    /// <summary>What the rows of a log say in the end.</summary>
    public static Rented Replay(IReadOnlyList<LogRow> rows)
    {
        using var first = rows[0].Text();
        var text = (rows[0].Kind == LogKind.Verbatim ? Checkpoint.ReadVerbatim(first.Memory) : Checkpoint.ReadFull(first.Memory)).Text;
        var edited = new EditedText(text);
        var hash = "";
        foreach (var row in rows.Skip(1))
        {
            using var body = row.Text();
            var delta = Checkpoint.ReadDelta(body.Memory);
            edited.Apply(delta);
            hash = delta.Hash;
        }
        var result = edited.ToText();
        return rows.Count == 1 || Convert.ToHexStringLower(SHA256.HashData(result.Span)) == hash
            ? result
            : throw new InvalidDataException("The saved deltas of an update do not make the text that their client meant.");
    }

    private DeltaBase Get(string updateId)
    {
        lock (_lock)
        {
            if (!_texts.TryGetValue(updateId, out var text))
            {
                MakeRoom();
                _texts[updateId] = text = new();
            }
            text.LastUse = ++_clock;
            return text;
        }
    }

    private void MakeRoom()
    {
        var sum = _texts.Values.Sum(t => (long)t.Text.Length);
        foreach (var (id, text) in _texts.OrderBy(t => t.Value.LastUse).ToList())
        {
            if (sum < Most && _texts.Count < 1000)
            {
                return;
            }
            sum -= text.Text.Length;
            _texts.Remove(id);
        }
    }
}

/// <summary>The text that the next delta of an update counts on. One caller has it at a time.</summary>
public sealed class DeltaBase
{
    private StateText? _text;

    internal SemaphoreSlim Gate { get; } = new(1);
    internal long LastUse { get; set; }

    /// <summary>Of the row in the log that made it; 0 is none.</summary>
    public long Ordinal { get; private set; }

    public long Sequence { get; private set; }
    public ReadOnlyMemory<byte> Text => _text?.Memory ?? default;

    public void Set(StateText text, long sequence, long ordinal)
    {
        _text?.Dispose();
        (_text, Sequence, Ordinal) = (text, sequence, ordinal);
    }

    public void Clear()
    {
        _text?.Dispose();
        (_text, Sequence, Ordinal) = (null, 0, 0);
    }
}
