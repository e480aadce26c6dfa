using Cli.Storage;

namespace Cli.Auth;

/// <summary>The login that a command other than <c>pulumi login</c> works with; where there is none, it is asked for.</summary>
internal static class CurrentLogin
{
    public static async Task<Identity> Get(Session session, CancellationToken ct)
    {
        var backend = Resolve(session);
        if (!BackendUrl.IsCloud(backend.Url))
        {
            StoreLogin.Open(session, backend.Url);
            return Identity.OfStore(session.Machine, backend.Url);
        }
        // A back end that settings name must not become the stored choice.
        var login = new CloudLogin(session, backend.Url, makeCurrent: backend.Source == BackendSource.Default);
        return Identity.OfCloud(session.Machine, backend.Url, await login.Run(ct));
    }

    private static ConfiguredBackend Resolve(Session session)
    {
        var project = ProjectFile.FindUpward(session.Machine.WorkingDirectory);
        try
        {
            return ConfiguredBackend.Resolve(session, project);
        }
        catch (UndecryptableException undecryptable)
        {
            throw undecryptable.AsUserError();
        }
        catch (UserErrorException error)
        {
            throw new UserErrorException($"could not get cloud url: {error.Message}", error.Exit);
        }
    }
}
