using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Server.Auth;

/// <summary>Slows down guessing: each client address may fail (or sign up) so many times in a window.</summary>
public sealed class Throttle(int permits, TimeSpan window) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(Network(address), _ => new() { PermitLimit = permits, Window = window })
    );

    public TimeSpan Window => window;

    public bool IsClosed(HttpContext http) => _limiter.GetStatistics(Address(http))?.CurrentAvailablePermits <= 0;

    /// <returns>False if the address had none left.</returns>
    public bool Count(HttpContext http) => _limiter.AttemptAcquire(Address(http)).IsAcquired;

    public void Dispose() => _limiter.Dispose();

    private static IPAddress Address(HttpContext http) => http.Connection.RemoteIpAddress ?? IPAddress.None;

    // Whoever has one IPv6 address has the 2^64 beside it.
    private static string Network(IPAddress address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false }
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.MapToIPv4().ToString();
}
