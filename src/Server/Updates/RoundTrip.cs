using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace Server.Updates;

/// <summary>How far away a client is.</summary>
public static class RoundTrip
{
    private const int Tcp = 6; // IPPROTO_TCP
    private const int Info = 11; // TCP_INFO, linux/tcp.h
    private const int RttAt = 68;
    private const int MinRttAt = 148;

    /// <returns>
    /// What the kernel has measured on the request's connection; null where it does not say, and behind a proxy, where the connection is not the client's.
    /// </returns>
    public static TimeSpan? Of(HttpContext http)
    {
        var forwarded =
            http.Request.Headers.ContainsKey("X-Forwarded-For")
            || http.Request.Headers.ContainsKey("X-Original-For")
            || http.Request.Headers.ContainsKey("Via");
        return !forwarded && OperatingSystem.IsLinux() && http.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket
            ? Of(socket)
            : null;
    }

    public static TimeSpan? Of(Socket socket)
    {
        Span<byte> info = stackalloc byte[256];
        try
        {
            var length = socket.GetRawSocketOption(Tcp, Info, info);
            // The smallest is the distance; the average has in it how long the peer put off its acknowledgements.
            return length >= MinRttAt + 4 && At(info, MinRttAt) is > 0 and < uint.MaxValue and var smallest
                    ? TimeSpan.FromMicroseconds(smallest)
                : length >= RttAt + 4 && At(info, RttAt) is > 0 and var average ? TimeSpan.FromMicroseconds(average)
                : null;
        }
        catch (SocketException)
        {
            return null; // not a TCP socket
        }
    }

    private static uint At(ReadOnlySpan<byte> info, int offset) =>
        BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(info[offset..])
            : BinaryPrimitives.ReadUInt32BigEndian(info[offset..]);
}
