using System.Net;
using System.Net.Sockets;
using Server.Settings;

namespace Server.Outgoing;

/// <summary>Finds the addresses of a name; in tests, something that changes its mind.</summary>
public delegate Task<IPAddress[]> Resolve(string host, CancellationToken ct);

/// <summary>
/// Connections to where people say. They must not reach what only this server can reach, so the address that is connected to is looked at, and not the
/// name: a name may mean something else a moment later (DNS rebinding). Redirects are not followed and no proxy is asked, since both would connect
/// elsewhere.
/// </summary>
public sealed class OutgoingConnections(ServerSettings settings, Resolve resolve)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public SocketsHttpHandler Handler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = Patience,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 32, // KB
            ConnectCallback = async (context, ct) =>
                new NetworkStream(await Connect(context.DnsEndPoint.Host, context.DnsEndPoint.Port, ct), ownsSocket: true),
        };

    /// <exception cref="PrivateAddressException">All addresses of the host are private ones that the settings do not allow.</exception>
    /// <exception cref="SocketException">Nobody answers, or there is no such name.</exception>
    public async Task<Socket> Connect(string host, int port, CancellationToken ct)
    {
        var addresses = await Allowed(host, ct);
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), ct);
                return socket;
            }
            catch (Exception failure)
            {
                socket.Dispose();
                if (failure is not SocketException || i == addresses.Count - 1)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>The addresses of a host that may be connected to; at least one.</summary>
    public async Task<IReadOnlyList<IPAddress>> Allowed(string host, CancellationToken ct)
    {
        var all = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await resolve(host, ct);
        if (all.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }
        var allowed = all.Where(Allows).ToList();
        return allowed.Count > 0 ? allowed : throw new PrivateAddressException(host);
    }

    public bool Allows(IPAddress address) =>
        !PrivateAddress.Is(address) || settings.PrivateNetworks.Any(network => network.Contains(PrivateAddress.Meant(address)));

    /// <returns>What is wrong with an address of a web service, as a sentence; null if nothing is that can be known without connecting.</returns>
    public string? Problem(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0
            ? $"'{text}' is not an address that begins with https:// or http://."
        : url.UserInfo.Length > 0 ? "An address must not hold a user name or password."
        : IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && !Allows(address) ? PrivateAddressException.Sentence(url.Host)
        : null;
}

/// <summary>Where nobody but the operator may send this server.</summary>
public sealed class PrivateAddressException(string host) : IOException(Sentence(host))
{
    public static string Sentence(string host) =>
        $"{host} is a private address, which this server does not call. Its operator can allow it with --allow-private-network.";
}
