using Server.Data;

namespace Server.Secrets;

/// <summary>The key of a stack or project, as it is kept.</summary>
public sealed record WrappedKey
{
    public required string OwnerId { get; init; }
    public required byte[] Wrapped { get; init; }
    public required string MasterKeyId { get; init; }
}

/// <summary>Owns <c>data_keys</c>.</summary>
public sealed class DataKeyStore(Database database)
{
    public Task<WrappedKey?> Find(string ownerId, CancellationToken ct) =>
        database.QueryOne<WrappedKey>($"SELECT * FROM data_keys WHERE owner_id = {ownerId}", ct);

    /// <summary>Does nothing where the owner has one: a second would make the secrets of the first unreadable.</summary>
    public Task Add(WrappedKey key, CancellationToken ct) =>
        database.Execute(
            $"""
            INSERT INTO data_keys (owner_id, wrapped, master_key_id) VALUES ({key.OwnerId}, {key.Wrapped}, {key.MasterKeyId})
            ON CONFLICT DO NOTHING
            """,
            ct
        );

    /// <summary>The ids of all master keys that are needed.</summary>
    public Task<List<string>> MasterKeyIds(CancellationToken ct) =>
        database.Query<string>($"SELECT DISTINCT master_key_id FROM data_keys", ct);

    public Task<List<WrappedKey>> NotWrappedBy(string masterKeyId, int count, CancellationToken ct) =>
        database.Query<WrappedKey>($"SELECT * FROM data_keys WHERE master_key_id <> {masterKeyId} LIMIT {count}", ct);

    public Task Rewrap(IReadOnlyList<WrappedKey> keys, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                foreach (var key in keys)
                {
                    await transaction.Execute(
                        $"UPDATE data_keys SET wrapped = {key.Wrapped}, master_key_id = {key.MasterKeyId} WHERE owner_id = {key.OwnerId}"
                    );
                }
                return true;
            },
            ct
        );
}
