namespace Server.Secrets;

/// <summary>Wraps every other key with a new master key, while servers run: what was encrypted stays as it is, and readable.</summary>
public sealed class KeyRotation(MasterKeys masters, IEnumerable<IWrappedKeys> stores)
{
    private const int Batch = 200;

    /// <returns>The new key, and how many keys it wraps now that another wrapped before.</returns>
    public async Task<(MasterKey Key, int Rewrapped)> Run(CancellationToken ct)
    {
        await masters.Open(ct);
        var next = await masters.AddNext(ct);
        var count = 0;
        foreach (var store in stores)
        {
            while (await store.NotWrappedBy(next.Id, Batch, ct) is { Count: > 0 } keys)
            {
                await store.Rewrap([.. keys.Select(k => Rewrapped(k, next))], ct);
                count += keys.Count;
            }
        }
        return (next, count);
    }

    private WrappedKey Rewrapped(WrappedKey key, MasterKey next) =>
        key with
        {
            Wrapped = next.Wrap(key.OwnerId, masters.Find(key.MasterKeyId).Unwrap(key.OwnerId, key.Wrapped)),
            MasterKeyId = next.Id,
        };
}
