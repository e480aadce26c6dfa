using System.Net.Sockets;

namespace Cli.Api;

/// <summary>Opens connections, so that a failure can be told in the words that people know from the stock CLI and search for.</summary>
internal static class Dial
{
    public static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException problem)
        {
            socket.Dispose();
            throw new DialException(Reason(problem, host, port), problem);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Reason(SocketException problem, string host, int port) =>
        problem.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => $"dial tcp: lookup {host}: no such host",
            SocketError.ConnectionRefused => $"dial tcp {host}:{port}: connect: connection refused",
            SocketError.NetworkUnreachable => $"dial tcp {host}:{port}: connect: network is unreachable",
            SocketError.HostUnreachable => $"dial tcp {host}:{port}: connect: no route to host",
            SocketError.TimedOut => $"dial tcp {host}:{port}: i/o timeout",
            _ => $"dial tcp {host}:{port}: {problem.Message}",
        };
}

/// <summary>No connection came about.</summary>
internal sealed class DialException(string message, SocketException cause) : IOException(message, cause);
