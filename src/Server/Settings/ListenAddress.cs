using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Server.Settings;

/// <summary>One address to listen on.</summary>
/// <param name="Host">A name or an address; <c>localhost</c> is both loopback addresses, <c>*</c> is everything.</param>
public sealed record ListenAddress(string Host, int Port, bool Tls)
{
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>The address as a client writes it.</summary>
    public Uri Url =>
        new(
            $"{(Tls ? "https" : "http")}://{(Host is "*" or "0.0.0.0" or "::" ? "localhost" : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}"
        );

    public override string ToString() => $"{Host}:{Port}";

    /// <returns>Null if the text is none of PORT, HOST:PORT, [IPV6]:PORT, http://… and https://….</returns>
    public static ListenAddress? Parse(string text)
    {
        var tls = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0)..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        var host = colon < 0 ? "localhost" : rest[..colon].Trim('[', ']');
        var valid =
            int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 0 and <= 65535
            && (host is "localhost" or "*" || IPAddress.TryParse(host, out _))
            && (!text.Contains("://", StringComparison.Ordinal) || tls || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase));
        return valid ? new(host, port, tls) : null;
    }

    public void Bind(KestrelServerOptions kestrel, Action<ListenOptions> configure)
    {
        // Kestrel cannot pick one free port for two loopback addresses, so port 0 (tests) takes the first.
        if (Host == "localhost" && Port != 0)
        {
            kestrel.ListenLocalhost(Port, configure);
        }
        else if (Host == "*")
        {
            kestrel.ListenAnyIP(Port, configure);
        }
        else
        {
            kestrel.Listen(Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(Host), Port, configure);
        }
    }
}
