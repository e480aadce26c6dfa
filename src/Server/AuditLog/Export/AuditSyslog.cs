using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Server.Outgoing;

namespace Server.AuditLog.Export;

/// <summary>Sends events to a syslog service: RFC 5424 messages over UDP (RFC 5426), TCP (RFC 6587, counted) or TLS (RFC 5425).</summary>
public sealed class AuditSyslog(OutgoingConnections connections)
{
    private const int Facility = 13; // log audit
    private const int Warning = 4;
    private const int Informational = 6;
    private const int LongestMessageId = 32;

    public async Task Send(Uri target, IReadOnlyList<AuditLogRow> rows, AuditSource source, CancellationToken ct)
    {
        var messages = rows.Select(row => Encoding.UTF8.GetBytes(Message(row, source))).ToList();
        if (target.Scheme == "syslog+udp")
        {
            await SendDatagrams(target, messages, ct);
            return;
        }
        using var socket = await connections.Connect(target.Host, Port(target, target.Scheme == "syslog+tls" ? 6514 : 601), ct);
        await using var plain = new NetworkStream(socket, ownsSocket: false);
        if (target.Scheme == "syslog+tcp")
        {
            await SendCounted(plain, messages, ct);
            return;
        }
        await using var secured = new SslStream(plain);
        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = target.Host }, ct);
        await SendCounted(secured, messages, ct);
        await secured.ShutdownAsync();
    }

    public static string Message(AuditLogRow row, AuditSource source)
    {
        var priority = Facility * 8 + (AuditEventTypes.IsFailure(row.Event) ? Warning : Informational);
        var time = DateTimeOffset
            .FromUnixTimeMilliseconds(row.CreatedMs)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var id = row.Event.Length > LongestMessageId ? row.Event[..LongestMessageId] : row.Event;
        return $"<{priority}>1 {time} {source.Host} holdfast - {id} - {AuditFormat.JsonLines.Line(row, source).TrimEnd('\n')}";
    }

    private async Task SendDatagrams(Uri target, List<byte[]> messages, CancellationToken ct)
    {
        var address = (await connections.Allowed(target.Host, ct))[0];
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        foreach (var message in messages)
        {
            await socket.SendToAsync(message, SocketFlags.None, new IPEndPoint(address, Port(target, 514)), ct);
        }
    }

    private static async Task SendCounted(Stream stream, List<byte[]> messages, CancellationToken ct)
    {
        foreach (var message in messages)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{message.Length} ")), ct);
            await stream.WriteAsync(message, ct);
        }
        await stream.FlushAsync(ct);
    }

    private static int Port(Uri target, int usual) => target.Port > 0 ? target.Port : usual;
}
