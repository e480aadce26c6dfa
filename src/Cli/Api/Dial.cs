using System.Net.Sockets;

namespace Cli.Api;

/// <summary>Opens connections, so that a failure can be told in the words that people know from the stock CLI and search for.</summary>
internal static class Dial
{
    /// <summary>As in the stock CLI: how soon a dead peer is noticed.</summary>
    private const int KeepAliveSeconds = 15;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        using var timer = new CancellationTokenSource(Limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, ct);
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException problem)
        {
            socket.Dispose();
            throw new DialException(Reason(problem, host, port), problem);
        }
        catch (OperationCanceledException problem) when (timer.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            socket.Dispose();
            throw new DialException($"dial tcp {host}:{port}: i/o timeout", problem);
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
internal sealed class DialException(string message, Exception cause) : IOException(message, cause);
