namespace Server.Secrets;

/// <summary>A key as it is kept: wrapped by a master key.</summary>
public sealed record WrappedKey
{
    public required string OwnerId { get; init; }
    public required byte[] Wrapped { get; init; }
    public required string MasterKeyId { get; init; }
}

/// <summary>A table of wrapped keys, one for each owner.</summary>
public interface IWrappedKeys
{
    Task<WrappedKey?> Find(string ownerId, CancellationToken ct);

    /// <summary>Does nothing where the owner has one: a second would make the secrets of the first unreadable.</summary>
    Task Add(WrappedKey key, CancellationToken ct);

    /// <summary>The ids of all master keys that are needed.</summary>
    Task<List<string>> MasterKeyIds(CancellationToken ct);

    Task<List<WrappedKey>> All(CancellationToken ct);

    Task<List<WrappedKey>> NotWrappedBy(string masterKeyId, int count, CancellationToken ct);

    Task Rewrap(IReadOnlyList<WrappedKey> keys, CancellationToken ct);
}
