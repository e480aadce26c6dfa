using Server.Data;

namespace Server.Secrets;

/// <summary>What the database knows of a master key: not the key.</summary>
public sealed record KnownMasterKey
{
    public required string Id { get; init; }
    public required byte[] Canary { get; init; }
    public required long Ordinal { get; init; }
}

/// <summary>Owns <c>master_keys</c>.</summary>
public sealed class MasterKeyStore(Database database, TimeProvider clock)
{
    /// <summary>Oldest first; the last is in use.</summary>
    public Task<List<KnownMasterKey>> All(CancellationToken ct) =>
        database.Query<KnownMasterKey>($"SELECT id, canary, ordinal FROM master_keys ORDER BY ordinal", ct);

    /// <param name="ordinal">One more than the highest.</param>
    /// <returns>False if another process has added one meanwhile.</returns>
    public async Task<bool> Add(MasterKey key, long ordinal, CancellationToken ct) =>
        await database.Execute(
            $"""
            INSERT INTO master_keys (id, canary, created_ms, ordinal)
            VALUES ({key.Id}, {key.Canary()}, {clock.GetUtcNow().ToUnixTimeMilliseconds()}, {ordinal})
            ON CONFLICT DO NOTHING
            """,
            ct
        ) == 1;
}
