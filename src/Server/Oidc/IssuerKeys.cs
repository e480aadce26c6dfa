using System.Collections.Concurrent;
using Microsoft.IdentityModel.Tokens;

namespace Server.Oidc;

/// <summary>
/// The keys of issuers, as last fetched: for ten minutes, and anew, but not more often than twice a minute, when a token names a key that is not among
/// them. Keys that cannot be fetched anew are good for an hour.
/// </summary>
#pragma warning disable CA1001 // the semaphore holds nothing that would have to be disposed of
public sealed class IssuerKeys(Discovery discovery, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Good = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Fetched> _known = [];
    private readonly SemaphoreSlim _fetching = new(1);

    /// <param name="keyId">The <c>kid</c> of a token; null where it names none.</param>
    /// <exception cref="DiscoveryException">There are none.</exception>
    public async Task<IReadOnlyList<SecurityKey>> Of(Issuer issuer, string? keyId, CancellationToken ct)
    {
        if (issuer.Jwks is { } given)
        {
            return Jwks.Keys(given);
        }
        if (Usable(issuer, keyId) is { } known)
        {
            return known.Keys;
        }
        await _fetching.WaitAsync(ct);
        try
        {
            return (Usable(issuer, keyId) ?? await Fetch(issuer, ct)).Keys;
        }
        finally
        {
            _fetching.Release();
        }
    }

    /// <summary>Has them fetched at the next use: the issuer's registration has changed.</summary>
    public void Forget(string issuerId) => _known.TryRemove(issuerId, out _);

    private Fetched? Usable(Issuer issuer, string? keyId) =>
        _known.TryGetValue(issuer.Id, out var known)
        && (Age(known.TriedAt) < Pause || (Age(known.At) < Fresh && (keyId is null || known.Keys.Any(k => k.KeyId == keyId))))
            ? known
            : null;

    private async Task<Fetched> Fetch(Issuer issuer, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        try
        {
            return _known[issuer.Id] = new(Jwks.Keys(await discovery.Keys(issuer, ct)), now, now);
        }
        catch (DiscoveryException) when (_known.TryGetValue(issuer.Id, out var known) && Age(known.At) < Good)
        {
            return _known[issuer.Id] = known with { TriedAt = now };
        }
    }

    private TimeSpan Age(DateTimeOffset at) => clock.GetUtcNow() - at;

    private sealed record Fetched(IReadOnlyList<SecurityKey> Keys, DateTimeOffset At, DateTimeOffset TriedAt);
}
#pragma warning restore CA1001
