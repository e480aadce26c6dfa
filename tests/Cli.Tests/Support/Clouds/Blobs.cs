using System.Collections.Concurrent;

namespace Cli.Tests.Support.Clouds;

/// <summary>What a store on this machine holds. Pages end after 1,000 keys, as everywhere.</summary>
internal sealed class Blobs
{
    public const int PageSize = 1_000;
    private readonly ConcurrentDictionary<string, Blob> _all = new(StringComparer.Ordinal);
    private long _clock = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    public byte[]? Read(string key) => _all.TryGetValue(key, out var blob) ? blob.Content : null;

    public void Write(string key, byte[] content) => _all[key] = new(content, Next());

    public bool Create(string key, byte[] content) => _all.TryAdd(key, new(content, Next()));

    public bool Delete(string key) => _all.TryRemove(key, out _);

    /// <param name="after">The last key of the page before.</param>
    public (IReadOnlyList<(string Key, DateTimeOffset Modified)> Page, string? Next) List(string prefix, string? after)
    {
        var found = _all.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Where(pair => after is null || string.CompareOrdinal(pair.Key, after) > 0)
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(PageSize + 1)
            .Select(pair => (pair.Key, pair.Value.Modified))
            .ToList();
        return found.Count > PageSize ? (found[..PageSize], found[PageSize - 1].Key) : (found, null);
    }

    // Each write is a second later than the one before: stores count in seconds.
    private DateTimeOffset Next() => DateTimeOffset.FromUnixTimeSeconds(Interlocked.Increment(ref _clock));

    private sealed record Blob(byte[] Content, DateTimeOffset Modified);
}
