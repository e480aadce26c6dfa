using System.Net;
using System.Net.Sockets;

namespace Server.Outgoing;

/// <summary>Addresses that are not on the public internet: this machine, its network, its cloud's metadata service.</summary>
public static class PrivateAddress
{
    private static readonly IPNetwork[] Networks =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/128",
            "::1/128",
            "100::/64",
            "2001::/23", // Teredo and others that carry an address of another kind
            "2001:db8::/32",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    public static bool Is(IPAddress address)
    {
        var meant = Meant(address);
        return Networks.Any(network => network.Contains(meant));
    }

    /// <summary>IPv6 has several ways to write an IPv4 address, and translators that take them at their word.</summary>
    public static IPAddress Meant(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }
        var bytes = address.GetAddressBytes();
        ReadOnlySpan<byte> translated = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
        return address.IsIPv4MappedToIPv6 || bytes.AsSpan(0, 12).SequenceEqual(translated) ? new(bytes.AsSpan(12, 4))
            : bytes[0] == 0x20 && bytes[1] == 0x02 ? new(bytes.AsSpan(2, 4)) // 6to4
            : bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0 && bytes[12] != 0 ? new(bytes.AsSpan(12, 4)) // "IPv4-compatible"
            : address;
    }
}
