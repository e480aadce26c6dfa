using Cli.Storage;

namespace Cli.Auth;

/// <summary>Logging in to a store without a server: it has to open, and then its address is remembered.</summary>
internal static class StoreLogin
{
    public static Identity LogIn(Session session, LoginRequest request, ConfiguredBackend backend)
    {
        if (request.Oidc.IsGiven)
        {
            throw new UserErrorException(
                "oidc-token, oidc-org, oidc-team, oidc-user, and oidc-expiration flags are not supported for this type of backend"
            );
        }
        if (request.TokenFromInput)
        {
            throw new UserErrorException("--token-stdin is not supported for this type of backend: it needs no access token");
        }
        try
        {
            Open(session, backend.Url);
            new CredentialStore(session).Change(credentials => credentials.Store(backend.Url, new Account(""), makeCurrent: true));
            return Identity.OfStore(session.Machine, backend.Url);
        }
        catch (UserErrorException error)
        {
            throw backend.Wrap(error);
        }
    }

    public static void Open(Session session, string url)
    {
        if (!BackendUrl.IsFile(url))
        {
            throw new UserErrorException(
                $"this version cannot open {url.Split(':')[0]}:// stores yet. Use a folder (file://<path>) or a server (https://<host>)"
            );
        }
        FileStore.Open(session, url);
    }
}
