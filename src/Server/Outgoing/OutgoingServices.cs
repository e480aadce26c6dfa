using System.Net;

namespace Server.Outgoing;

public static class OutgoingServices
{
    public static void AddOutgoing(this IServiceCollection services)
    {
        services.AddSingleton<Resolve>((host, ct) => Dns.GetHostAddressesAsync(host, ct));
        services.AddSingleton<OutgoingConnections>();
    }
}
