using Server.Data;

namespace Server.State;

/// <summary>
/// Decides whether the newest version of a stack becomes a difference when a newer one takes its place. It stays whole whenever the differences that
/// lead to it have grown to the size of a whole copy: that bounds both what history costs and what reading an old version costs.
/// </summary>
internal sealed class OlderVersions(Database database, StateStore states)
{
    /// <summary>Larger texts stay whole, so that there are never two of them in memory.</summary>
    private const long LargestText = 32 * 1024 * 1024;

    /// <summary>A larger difference would be long in writing and saves little.</summary>
    private const int LargestDelta = 1024 * 1024;

    private const long LongestChain = 256;

    public async Task<OlderState?> Shrink(string stackId, ReadOnlyMemory<byte> newer, CancellationToken ct)
    {
        var older = newer.Length > LargestText ? null : await states.Latest(stackId, ct);
        if (older is null || older.Size > LargestText)
        {
            return null;
        }
        var chain = await ChainBefore(older, ct);
        if (chain.Deltas >= LongestChain || chain.Bytes >= older.StoredSize)
        {
            return null;
        }
        var delta = await Delta(older, newer, ct);
        var largest = Math.Min(LargestDelta, older.StoredSize - chain.Bytes);
        return delta.Length < largest ? new(older.Id, delta) : null;
    }

    private async Task<byte[]> Delta(StateVersion older, ReadOnlyMemory<byte> newer, CancellationToken ct)
    {
        using var text = await states.Read(older, ct);
        using var delta = new PooledText(16 * 1024);
        TextDelta.Write(delta, text.Memory.Span, newer.Span);
        return Gzip.Compress(delta.Written);
    }

    /// <summary>The differences between this version and the last whole one before it.</summary>
    private async Task<Chained> ChainBefore(StateVersion state, CancellationToken ct) =>
        (
            await database.QueryOne<Chained>(
                $"""
                SELECT COUNT(*) AS deltas, CAST(COALESCE(SUM(stored_size), 0) AS BIGINT) AS bytes FROM states
                WHERE stack_id = {state.StackId} AND version < {state.Version} AND version > COALESCE(
                  (SELECT MAX(version) FROM states WHERE stack_id = {state.StackId} AND version < {state.Version} AND newer_id IS NULL), -1)
                """,
                ct
            )
        )!;

    private sealed record Chained
    {
        public required long Deltas { get; init; }
        public required long Bytes { get; init; }
    }
}
