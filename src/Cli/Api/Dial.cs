using System.Net;
using System.Net.Sockets;

namespace Cli.Api;

/// <summary>Opens connections, so that a failure can be told in the stock CLI's words: people search for them.</summary>
internal static class Dial
{
    public static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        SocketException? last = null;
        IPEndPoint? place = null;
        foreach (var address in await Resolve(host, ct))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                place = new IPEndPoint(address, port);
                await socket.ConnectAsync(place, ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException fault)
            {
                socket.Dispose();
                last = fault;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        throw new DialException($"dial tcp {place}: connect: {Reason(last)}");
    }

    private static async Task<IPAddress[]> Resolve(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return [address];
        }
        try
        {
            return await Dns.GetHostAddressesAsync(host, ct);
        }
        catch (SocketException fault)
        {
            throw new DialException($"dial tcp: lookup {host}: {Reason(fault)}");
        }
    }

    private static string Reason(SocketException? fault) =>
        fault?.SocketErrorCode switch
        {
            null or SocketError.HostNotFound or SocketError.NoData => "no such host",
            SocketError.ConnectionRefused => "connection refused",
            SocketError.TimedOut => "connection timed out",
            SocketError.HostUnreachable => "no route to host",
            SocketError.NetworkUnreachable => "network is unreachable",
            SocketError.TryAgain => "temporary failure in name resolution",
            _ => fault.Message,
        };
}

internal sealed class DialException(string message) : IOException(message);
