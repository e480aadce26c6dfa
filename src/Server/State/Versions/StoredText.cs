using Server.Data;

namespace Server.State;

/// <summary>The text of a stored state from its beginning, a stretch at a time, so that a large one is never in memory as a whole.</summary>
internal sealed class StoredText(Database database, StateVersion state) : IDisposable
{
    private long _at;
    private StateText? _whole;

    /// <summary>As <see cref="TextWindow"/> wants it.</summary>
    /// <exception cref="InvalidDataException">Something is missing or damaged.</exception>
    public async ValueTask<int> Read(Memory<byte> into, CancellationToken ct)
    {
        var size = (int)Math.Min(Gzip.MemberSize, state.Size - _at);
        if (_whole is null && size > 0 && !await database.Read(t => StateTexts.ReadPart(t, state.Id, _at, into[..size]), ct))
        {
            _whole = await database.Read(t => StateTexts.Read(t, state), ct); // it is kept as a difference by now
        }
        _whole?.Memory.Slice((int)_at, size).CopyTo(into);
        _at += size;
        return size;
    }

    public void Dispose() => _whole?.Dispose();
}
