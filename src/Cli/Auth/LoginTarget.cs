using Cli.Storage;

namespace Cli.Auth;

/// <summary>Decides what <c>pulumi login</c> logs in to.</summary>
internal static class LoginTarget
{
    public static async Task<ConfiguredBackend> Choose(
        Session session,
        LoginRequest request,
        string? given,
        ProjectFile? project,
        CancellationToken ct
    )
    {
        var url = given;
        if (url is null && request.PickAccount && session.Interactive)
        {
            url = await Pick(session, ct);
        }
        if (url is null)
        {
            return Configured(session, project, request.Oidc.Token.Length > 0);
        }
        BackendUrl.Check(url);
        return new ConfiguredBackend(BackendUrl.Normalize(url), BackendSource.User);
    }

    private static ConfiguredBackend Configured(Session session, ProjectFile? project, bool exchangesToken)
    {
        try
        {
            var backend = ConfiguredBackend.Resolve(session, project);
            return backend.Source == BackendSource.Default && exchangesToken ? backend with { Url = BackendUrl.Saas } : backend;
        }
        catch (UserErrorException error)
        {
            throw new UserErrorException($"could not determine current cloud: {error.Message}", error.Exit);
        }
    }

    private static async Task<string?> Pick(Session session, CancellationToken ct)
    {
        var urls = new CredentialStore(session).Read().Urls;
        return urls.Count == 0
            ? null
            : await session.Machine.Terminal.Choose($"Please choose an account ({urls.Count} total):", urls, ct)
                ?? throw new UserErrorException("no account selected; please use `pulumi login --interactive` to choose one");
    }
}
