using Server.Data;

namespace Server.Secrets;

/// <summary>Owns <c>owner_keys</c>: the keys of organizations and accounts.</summary>
public sealed class OwnerKeyStore(Database database) : IWrappedKeys
{
    public Task<WrappedKey?> Find(string ownerId, CancellationToken ct) =>
        database.QueryOne<WrappedKey>($"SELECT * FROM owner_keys WHERE owner_id = {ownerId}", ct);

    public Task Add(WrappedKey key, CancellationToken ct) =>
        database.Execute(
            $"""
            INSERT INTO owner_keys (owner_id, wrapped, master_key_id) VALUES ({key.OwnerId}, {key.Wrapped}, {key.MasterKeyId})
            ON CONFLICT DO NOTHING
            """,
            ct
        );

    public Task<List<string>> MasterKeyIds(CancellationToken ct) =>
        database.Query<string>($"SELECT DISTINCT master_key_id FROM owner_keys", ct);

    public Task<List<WrappedKey>> All(CancellationToken ct) => database.Query<WrappedKey>($"SELECT * FROM owner_keys", ct);

    public Task<List<WrappedKey>> NotWrappedBy(string masterKeyId, int count, CancellationToken ct) =>
        database.Query<WrappedKey>($"SELECT * FROM owner_keys WHERE master_key_id <> {masterKeyId} LIMIT {count}", ct);

    public Task Rewrap(IReadOnlyList<WrappedKey> keys, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                foreach (var key in keys)
                {
                    await transaction.Execute(
                        $"UPDATE owner_keys SET wrapped = {key.Wrapped}, master_key_id = {key.MasterKeyId} WHERE owner_id = {key.OwnerId}"
                    );
                }
                return true;
            },
            ct
        );
}
