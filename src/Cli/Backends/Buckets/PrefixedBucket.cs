namespace Cli.Backends.Buckets;

/// <summary>A folder inside of a bucket.</summary>
/// <param name="prefix">With a slash at its end.</param>
internal sealed class PrefixedBucket(IBucket bucket, string prefix) : IBucket
{
    public static IBucket Of(IBucket bucket, string prefix) => prefix.Length == 0 ? bucket : new PrefixedBucket(bucket, prefix);

    public Task<byte[]?> Read(string key, CancellationToken ct) => bucket.Read(prefix + key, ct);

    public Task Write(string key, ReadOnlyMemory<byte> content, CancellationToken ct) => bucket.Write(prefix + key, content, ct);

    public Task<bool> Create(string key, ReadOnlyMemory<byte> content, CancellationToken ct) => bucket.Create(prefix + key, content, ct);

    public Task Delete(string key, CancellationToken ct) => bucket.Delete(prefix + key, ct);

    public async Task<IReadOnlyList<BucketEntry>> List(string below, CancellationToken ct) =>
        [.. (await bucket.List(prefix + below, ct)).Select(entry => entry with { Key = entry.Key[prefix.Length..] })];

    public ValueTask DisposeAsync() => bucket.DisposeAsync();
}
