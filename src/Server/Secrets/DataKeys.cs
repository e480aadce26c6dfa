using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;

namespace Server.Secrets;

/// <summary>
/// The keys that secrets are encrypted with, one for each stack and project. A key never changes, only its wrapping does; so those last used are
/// remembered, and encrypting asks the database for nothing.
/// </summary>
public sealed class DataKeys(IWrappedKeys store, MasterKeys masters) : IDisposable
{
    private const int Remembered = 10_000;

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = Remembered });

    /// <returns>Null if the owner has none, and so has no secrets.</returns>
    public async Task<Cipher?> Find(string ownerId, CancellationToken ct) => await Key(ownerId, ct) is { } key ? new(key, ownerId) : null;

    /// <summary>Makes one where there is none. Of several that do so at once, one is kept, and all get that one.</summary>
    public async Task<Cipher> Get(string ownerId, CancellationToken ct) => new(await KeyOrNew(ownerId, ct), ownerId);

    internal async Task<byte[]?> Key(string ownerId, CancellationToken ct)
    {
        if (!_cache.TryGetValue(ownerId, out byte[]? key))
        {
            if (await store.Find(ownerId, ct) is not { } wrapped)
            {
                return null;
            }
            key = masters.Find(wrapped.MasterKeyId).Unwrap(ownerId, wrapped.Wrapped);
            _cache.Set(ownerId, key, new MemoryCacheEntryOptions { Size = 1 });
        }
        return key;
    }

    internal async Task<byte[]> KeyOrNew(string ownerId, CancellationToken ct)
    {
        if (await Key(ownerId, ct) is { } known)
        {
            return known;
        }
        var master = await masters.InUse(ct);
        var wrapped = master.Wrap(ownerId, RandomNumberGenerator.GetBytes(Cipher.KeyLength));
        await store.Add(
            new()
            {
                OwnerId = ownerId,
                Wrapped = wrapped,
                MasterKeyId = master.Id,
            },
            ct
        );
        return (await Key(ownerId, ct))!;
    }

    public void Dispose() => _cache.Dispose();
}
