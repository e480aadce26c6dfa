using Cli.Api;
using Wire;

namespace Cli.Auth;

/// <summary>Logs in with servers that are authorization servers, the better of two ways.</summary>
internal static class OAuthLogin
{
    /// <returns>Null if the server is none.</returns>
    public static async Task<TokenGrant?> ByBrowser(Session session, string url, Trust trust, CancellationToken ct)
    {
        using var client = new CloudClient(session, url, trust);
        return await OAuthServer.Find(client, url, ct) is not { } server ? null
            : session.Machine.HasBrowser || !server.OffersDevices ? await new PkceLogin(session, server).Run(ct)
            : await new DeviceLogin(session, server).Run(ct);
    }

    public static async Task<TokenGrant> ByDevice(Session session, string url, Trust trust, CancellationToken ct)
    {
        using var client = new CloudClient(session, url, trust);
        return await OAuthServer.Find(client, url, ct) is { OffersDevices: true } server
            ? await new DeviceLogin(session, server).Run(ct)
            : throw new UserErrorException(
                $"{url} offers no login with a device code, or cannot be reached. Make an access token in its console and pipe it into `pulumi login {url} --token-stdin`"
            );
    }

    /// <summary>How this machine is called on the server's pages.</summary>
    public static string HostName(Machine machine) => machine.HostName() is { Length: > 0 } host ? host : "unnamed machine";
}
