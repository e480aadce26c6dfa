using Server.Data;

namespace Server.State;

/// <summary>Reads texts back from their parts: whole ones, and those that are kept as differences.</summary>
internal static class StateTexts
{
    /// <exception cref="InvalidDataException">Something is missing or damaged.</exception>
    public static async Task<StateText> Read(Transaction transaction, StateVersion state)
    {
        var text = new StateText(checked((int)state.Size));
        try
        {
            await Fill(text.Writable, transaction, state);
            return text;
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    /// <summary>Every part but the last holds the same amount of text, so that the one in which a stretch begins is known.</summary>
    public static async Task<byte[]> Read(Transaction transaction, StateVersion state, long start, int length)
    {
        var first = start / Gzip.MemberSize;
        var window = new byte[(start + length - 1) / Gzip.MemberSize * Gzip.MemberSize + Gzip.MemberSize - first * Gzip.MemberSize];
        var filled = 0;
        for (var ordinal = first; filled < window.Length; ordinal++)
        {
            using var part = await transaction.QueryBlob(WholePart(state.Id, ordinal));
            var size = part is null ? 0 : Gzip.Decompress(part.Bytes.Span, window.AsSpan(filled, Gzip.MemberSize));
            filled += size;
            if (size < Gzip.MemberSize)
            {
                break;
            }
        }
        var skip = (int)(start - first * Gzip.MemberSize);
        if (filled >= skip + length)
        {
            return window.AsSpan(skip, length).ToArray();
        }
        using var text = await Read(transaction, state); // it is kept as a difference by now
        RequireSize(start + length <= state.Size, state.Id);
        return text.Memory.Slice((int)start, length).ToArray();
    }

    /// <param name="start">Of a part.</param>
    /// <returns>False if the state is kept as a difference.</returns>
    public static async Task<bool> ReadPart(Transaction transaction, string stateId, long start, Memory<byte> into)
    {
        using var part = await transaction.QueryBlob(WholePart(stateId, start / Gzip.MemberSize));
        RequireSize(part is null || Gzip.Decompress(part.Bytes.Span, into.Span) == into.Length, stateId);
        return part is not null;
    }

    private static Sql WholePart(string stateId, long ordinal) =>
        $"""
            SELECT p.body FROM state_parts p JOIN states s ON s.id = p.state_id
            WHERE p.state_id = {stateId} AND p.ordinal = {ordinal} AND s.newer_id IS NULL
            """;

    private static async Task Fill(Memory<byte> text, Transaction transaction, StateVersion state)
    {
        var chain = await Chain(transaction, state.Id);
        if (chain.Count == 1)
        {
            await ReadWhole(transaction, chain[0], text);
            return;
        }
        using var whole = new StateText((int)chain[^1].Size);
        await ReadWhole(transaction, chain[^1], whole.Writable);
        var rope = new TextRope(whole.Memory);
        for (var i = chain.Count - 2; i >= 0; i--)
        {
            rope = rope.Apply(await ReadDelta(transaction, chain[i]));
        }
        RequireSize(rope.Length == text.Length, state.Id);
        rope.CopyTo(text.Span);
    }

    /// <returns>The state, the one that it is a difference from, and so on to one that is whole.</returns>
    private static Task<List<Link>> Chain(Transaction transaction, string id) =>
        transaction.Query<Link>(
            $"""
            WITH RECURSIVE chain (id, newer_id, size, step) AS (
              SELECT id, newer_id, size, 0 FROM states WHERE id = {id}
              UNION ALL
              SELECT s.id, s.newer_id, s.size, step + 1 FROM states s JOIN chain ON s.id = chain.newer_id
            )
            SELECT id, size FROM chain ORDER BY step
            """
        );

    private static async Task ReadWhole(Transaction transaction, Link state, Memory<byte> text)
    {
        var length = 0;
        for (var ordinal = 0; length < text.Length; ordinal++)
        {
            using var part = await transaction.QueryBlob(Part(state.Id, ordinal));
            var size = part is null ? 0 : Gzip.Decompress(part.Bytes.Span, text.Span[length..]);
            RequireSize(size > 0, state.Id);
            length += size;
        }
    }

    private static async Task<byte[]> ReadDelta(Transaction transaction, Link state)
    {
        using var part = await transaction.QueryBlob(Part(state.Id, 0));
        RequireSize(part is not null, state.Id);
        var delta = new byte[Gzip.SizeOf(part!.Bytes.Span)];
        Gzip.Decompress(part.Bytes.Span, delta);
        return delta;
    }

    private static Sql Part(string stateId, long ordinal) =>
        $"SELECT body FROM state_parts WHERE state_id = {stateId} AND ordinal = {ordinal}";

    private static void RequireSize(bool holds, string id)
    {
        if (!holds)
        {
            throw new InvalidDataException($"The stored state {id} is damaged: parts of it are missing, or not as long as they should be.");
        }
    }

    private sealed record Link
    {
        public required string Id { get; init; }
        public required long Size { get; init; }
    }
}
