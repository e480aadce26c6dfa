namespace Server.Http;

public static class ClientAddressExtensions
{
    /// <summary>Where the request came from, for people to read; behind a trusted proxy that is what the proxy says.</summary>
    public static string ClientAddress(this HttpContext http) =>
        http.Connection.RemoteIpAddress switch
        {
            null => "",
            { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
            var address => address.ToString(),
        };
}
