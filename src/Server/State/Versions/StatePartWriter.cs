using Server.Data;

namespace Server.State;

/// <summary>
/// Cuts a text into parts and writes each to disk in a small unit of work, while the next one is compressed; so no other writer waits long. The last
/// part is held back for the unit that makes the state a version.
/// </summary>
internal sealed class StatePartWriter(Database database, string stateId, CancellationToken ct)
{
    private Task _writing = Task.CompletedTask;

    public StatePart? Last { get; private set; }
    public long Size { get; private set; }
    public long StoredSize { get; private set; }

    public async Task Write(ReadOnlyMemory<byte> text)
    {
        for (var start = 0; start < text.Length; start += Gzip.MemberSize)
        {
            var part = text[start..Math.Min(start + Gzip.MemberSize, text.Length)];
            await Add(Gzip.Compress(part.Span));
            Size += part.Length;
        }
    }

    /// <summary>When it returns, everything but the last part is on disk.</summary>
    public Task Finish() => _writing;

    /// <summary>Takes back what has been written, best effort: what stays is swept later.</summary>
    public async Task Abandon()
    {
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await database.Execute($"DELETE FROM state_parts WHERE state_id = {stateId}", CancellationToken.None);
    }

    private async Task Add(byte[] body)
    {
        var before = Last;
        Last = new(before is null ? 0 : before.Ordinal + 1, body);
        StoredSize += body.Length;
        if (before is not null)
        {
            await _writing;
            _writing = database.Execute(Insertion(stateId, before), ct);
        }
    }

    public static Sql Insertion(string stateId, StatePart part) =>
        $"INSERT INTO state_parts (state_id, ordinal, body) VALUES ({stateId}, {part.Ordinal}, {part.Body})";
}
