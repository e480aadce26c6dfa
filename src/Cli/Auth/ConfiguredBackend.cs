using Cli.Storage;

namespace Cli.Auth;

internal enum BackendSource
{
    User,
    Variable,
    Project,
    Stored,
    Default,
}

/// <summary>The back end that a command is about, and who said so.</summary>
/// <param name="ProjectPath">The file that says so, for <see cref="BackendSource.Project"/>.</param>
internal sealed record ConfiguredBackend(string Url, BackendSource Source, string? ProjectPath = null)
{
    /// <summary>What applies when the user names none: environment, project, stored login, Pulumi Cloud.</summary>
    public static ConfiguredBackend Resolve(Session session, ProjectFile? project)
    {
        var machine = session.Machine;
        if (machine.Variable("PULUMI_BACKEND_URL") is { } variable)
        {
            return new(BackendUrl.Normalize(variable), BackendSource.Variable);
        }
        if (project?.BackendUrl is { } configured)
        {
            return new(BackendUrl.Normalize(configured), BackendSource.Project, project.Path);
        }
        return new CredentialStore(session).ReadOrUndecryptable().Current is { } current
            ? new(current, BackendSource.Stored)
            : new(BackendUrl.Normalize(machine.Variable("PULUMI_API") ?? BackendUrl.Saas), BackendSource.Default);
    }

    public string Hint =>
        Source switch
        {
            BackendSource.Variable =>
                "\n\nThis backend comes from the PULUMI_BACKEND_URL environment variable, which takes precedence over `pulumi login`. "
                    + "Unset it to log in to a different backend.",
            BackendSource.Project =>
                $"\n\nThis backend comes from the `backend` setting in {ProjectPath}, which takes precedence over your stored credentials. "
                    + "Edit or remove that setting to log in to a different backend.",
            BackendSource.Stored =>
                "\n\nThis is the backend recorded in your stored Pulumi credentials. To log in to a different one, run `pulumi login <url>` "
                    + "— for example, `pulumi login https://api.pulumi.com`.",
            _ => "",
        };

    /// <summary>Says which login failed, where its address comes from, and how to change that.</summary>
    public UserErrorException Wrap(UserErrorException error) =>
        Source == BackendSource.Default
            ? new($"could not log in to the Pulumi Cloud: {error.Message}", error.Exit)
            : new($"could not log in to the state backend \"{Url}\": {error.Message}{Hint}", error.Exit);
}
