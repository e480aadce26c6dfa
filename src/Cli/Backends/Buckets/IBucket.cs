namespace Cli.Backends.Buckets;

/// <summary>A flat store of small files under keys with slashes: a folder, an object store, a table.</summary>
internal interface IBucket : IAsyncDisposable
{
    /// <returns>Null when there is none.</returns>
    Task<byte[]?> Read(string key, CancellationToken ct);

    /// <summary>Whole or not at all, and on disk when it returns.</summary>
    Task Write(string key, ReadOnlyMemory<byte> content, CancellationToken ct);

    /// <returns>False when something is there already; that stays.</returns>
    Task<bool> Create(string key, ReadOnlyMemory<byte> content, CancellationToken ct);

    /// <summary>One that is not there is fine.</summary>
    Task Delete(string key, CancellationToken ct);

    /// <summary>Everything below, however deep, sorted by key.</summary>
    /// <param name="prefix">Need not end at a slash.</param>
    Task<IReadOnlyList<BucketEntry>> List(string prefix, CancellationToken ct);
}

internal sealed record BucketEntry(string Key, DateTimeOffset Modified);
