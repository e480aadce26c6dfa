using System.Collections.Concurrent;
using System.Security.Cryptography;
using Server.Auth;

namespace Server.Updates;

/// <summary>
/// A large body is read only from who has the lease of the update in the address, so that a stranger cannot have hundreds of megabytes unpacked. The store
/// is asked once for each update; whether the lease is still good is proven by the write itself.
/// </summary>
public sealed class LeaseProof(UpdateStore updates)
{
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, byte[]> _proven = new();

    /// <exception cref="ApiException">401, or 404: there is no such update.</exception>
    public async Task Require(string updateId, Lease lease, CancellationToken ct)
    {
        if (_proven.TryGetValue(updateId, out var hash) && CryptographicOperations.FixedTimeEquals(hash, lease.Hash))
        {
            return;
        }
        var update = await updates.Find(updateId, ct) ?? throw ApiException.NotFound("There is no such update");
        if (!lease.IsOf(update))
        {
            throw ApiException.Unauthorized();
        }
        if (_proven.Count >= MostRemembered)
        {
            _proven.Clear();
        }
        _proven[updateId] = lease.Hash;
    }
}
