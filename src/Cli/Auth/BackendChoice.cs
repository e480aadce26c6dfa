using Cli.Storage;

namespace Cli.Auth;

internal enum ChosenBy
{
    User,
    Environment,
    Project,
    Credentials,
    Nothing,
}

/// <summary>Which back end is meant, and by whose word.</summary>
internal sealed record BackendChoice(string Url, ChosenBy By, string? ProjectFile = null)
{
    /// <summary>What goes before a login's failure.</summary>
    public string FailurePrefix =>
        By == ChosenBy.Nothing
            ? "could not log in to the Pulumi Cloud: "
            : $"could not log in to the state backend \"{BackendUrl.WithoutCredentials(Url)}\": ";

    /// <summary>What goes after it: where the address came from, if nobody typed it just now.</summary>
    public string FailureHint =>
        By switch
        {
            ChosenBy.Environment =>
                "\n\nThis backend comes from the PULUMI_BACKEND_URL environment variable, which takes precedence over `pulumi login`. Unset it to log in to a different backend.",
            ChosenBy.Project =>
                $"\n\nThis backend comes from the `backend` setting in {ProjectFile}, which takes precedence over your stored credentials. Edit or remove that setting to log in to a different backend.",
            ChosenBy.Credentials =>
                "\n\nThis is the backend recorded in your stored Pulumi credentials. To log in to a different one, run `pulumi login <url>` — for example, `pulumi login https://api.pulumi.com`.",
            _ => "",
        };

    public static BackendChoice OfUser(string url)
    {
        BackendUrl.Check(url);
        return new(BackendUrl.Normalize(url), ChosenBy.User);
    }

    /// <summary>Environment, project, stored login, default: the first that says something.</summary>
    /// <param name="failure">Goes before the failure to read the stored credentials.</param>
    public static BackendChoice Configured(Session session, CredentialStore store, string failure) => All(session, store, failure).First();

    /// <summary>All that say something. The first counts; the others would if it were not there.</summary>
    public static IEnumerable<BackendChoice> All(Session session, CredentialStore store, string failure)
    {
        if (session.Machine.Variable("PULUMI_BACKEND_URL") is { } variable)
        {
            yield return new(BackendUrl.Normalize(variable), ChosenBy.Environment);
        }
        if (Project.ProjectFile.Near(session.Machine) is { BackendUrl: { } url, Path: var path })
        {
            yield return new(BackendUrl.Normalize(url), ChosenBy.Project, path);
        }
        if (Current(store, failure) is { } current)
        {
            yield return new(current, ChosenBy.Credentials);
        }
        yield return new(BackendUrl.Normalize(session.Machine.Variable("PULUMI_API") ?? BackendUrl.PulumiCloud), ChosenBy.Nothing);
    }

    private static string? Current(CredentialStore store, string failure)
    {
        try
        {
            return store.ReadOrUndecryptable().Current;
        }
        catch (UserErrorException problem)
        {
            throw new UserErrorException(failure + problem.Message, problem.Exit);
        }
    }
}
