namespace Server.Http;

public static class ClientAddressExtensions
{
    private const int LongestClientName = 120;

    /// <summary>Where the request came from, for people to read; behind a trusted proxy that is what the proxy says.</summary>
    public static string ClientAddress(this HttpContext http) =>
        http.Connection.RemoteIpAddress switch
        {
            null => "",
            { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
            var address => address.ToString(),
        };

    /// <summary>What the client calls itself, for people to read: it may say anything.</summary>
    public static string ClientName(this HttpContext http)
    {
        var text = http.Request.Headers.UserAgent.ToString();
        return new([.. text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(LongestClientName)]);
    }
}
