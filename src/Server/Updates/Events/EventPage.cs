using System.Buffers;

namespace Server.Updates.Events;

/// <summary>Reads stored events in their order. While the update runs, batches may still be on their way: it waits at a gap, though not for ever.</summary>
public sealed class EventPage(EventStore events, TimeProvider clock)
{
    private const int Batches = 20;

    /// <summary>The client gives up a batch after four tries in seven seconds, and says nothing.</summary>
    private static readonly TimeSpan GapLasts = TimeSpan.FromSeconds(20);

    /// <param name="from">The first sequence number wanted.</param>
    /// <param name="running">Whether more may come.</param>
    /// <param name="wanted">Which to write.</param>
    /// <returns>Where to go on; null at the end.</returns>
    public async Task<long?> Write(
        IBufferWriter<byte> target,
        string updateId,
        long from,
        bool running,
        Func<EngineEvent, bool> wanted,
        CancellationToken ct
    )
    {
        var rows = await events.Read(updateId, from, Batches, ct);
        var written = new EventWriter(target);
        foreach (var row in rows)
        {
            if (running && row.FirstSequence > from && IsFresh(row))
            {
                return from;
            }
            using var text = Rented.Unpacked(row.Body);
            foreach (var e in EventBatch.Parse(text.Memory).Events.OrderBy(e => e.Sequence).SkipWhile(e => e.Sequence < from))
            {
                if (wanted(e))
                {
                    written.Write(e);
                }
            }
            from = Math.Max(from, row.LastSequence + 1);
        }
        return running || rows.Count == Batches ? from : null;
    }

    private bool IsFresh(EventRow row) => clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(row.ReceivedMs) < GapLasts;

    /// <summary>Each event as it came, with the member <c>type</c> that readers expect.</summary>
    private sealed class EventWriter(IBufferWriter<byte> target)
    {
        private bool _first = true;

        public void Write(EngineEvent e)
        {
            target.Write(_first ? "{\"type\":\""u8 : ",{\"type\":\""u8);
            _first = false;
            target.Write(System.Text.Encoding.ASCII.GetBytes(e.Type));
            target.Write("\","u8);
            target.Write(e.Json.Span[1..]);
        }
    }
}
