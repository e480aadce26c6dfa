using Cli.Api;
using Cli.Storage;

namespace Cli.Auth;

/// <summary>
/// Ends a login at its server (RFC 7009) before it is forgotten here. Only logins with a refresh token were made for this machine alone; a plain token
/// may be in use elsewhere. Whatever the server does, it is forgotten here.
/// </summary>
internal static class Revocation
{
    public static async Task OfAll(Session session, CredentialStore store, CancellationToken ct)
    {
        try
        {
            var credentials = store.ReadOrUndecryptable();
            foreach (var url in credentials.Urls)
            {
                await Of(session, url, credentials.Find(url), ct);
            }
        }
        catch (Exception problem) when (problem is UserErrorException or UndecryptableException)
        {
            // What cannot be read can still be deleted.
        }
    }

    public static async Task Of(Session session, string url, Account? account, CancellationToken ct)
    {
        if (account is not { RefreshToken: { Length: > 0 } token } || !BackendUrl.IsCloud(url) || url == BackendUrl.PulumiCloud)
        {
            return;
        }
        try
        {
            using var client = new CloudClient(session, url, account.Trust);
            if (await OAuthServer.Read(client, url, ct) is { } server)
            {
                await server.Revoke(token, ct);
                session.Say($"{url} has ended this login.");
                return;
            }
            Warn(session, url, "it offers no such call");
        }
        catch (ApiException refused)
        {
            Warn(session, url, refused.Status == 404 ? "it offers no such call" : $"it answered {refused.Status}");
        }
        catch (UserErrorException unreachable)
        {
            Warn(session, url, unreachable.Message);
        }
        catch (OperationCanceledException late) when (OAuthServer.IsTimeout(late, ct))
        {
            Warn(session, url, "it did not answer");
        }
    }

    private static void Warn(Session session, string url, string reason) =>
        session.Warn(
            $"{url} was not told of this logout, so whoever has a copy of the credentials can still use them ({reason}). "
                + "End the login in the server's console, under \"Command lines\""
        );
}
