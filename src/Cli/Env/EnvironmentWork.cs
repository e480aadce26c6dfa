using Cli.Backends.Cloud;
using Cli.Stack;

namespace Cli.Env;

/// <summary>What a command on environments works with: a cloud, its environments, and the one that is named.</summary>
internal sealed class EnvironmentWork : IAsyncDisposable
{
    private readonly Workplace place;
    private readonly CloudBackend cloud;

    private EnvironmentWork(Workplace place, CloudBackend cloud)
    {
        (this.place, this.cloud) = (place, cloud);
        Client = new(place.Session, cloud.Connection);
    }

    public Session Session => place.Session;
    public EnvironmentClient Client { get; }
    public string DefaultOrganization => cloud.DefaultOrganization;

    public static async Task<EnvironmentWork> Open(Session session, CancellationToken ct)
    {
        var opened = await Workplace.Open(session, ct);
        if (opened.Backend is CloudBackend cloud)
        {
            return new(opened, cloud);
        }
        var name = opened.Backend.Name;
        await opened.DisposeAsync();
        throw new UserErrorException(
            $"backend {name} does not support environments; Pulumi ESC environments require the Pulumi Cloud backend, "
                + "use `pulumi login` without arguments to log into the Pulumi Cloud backend"
        );
    }

    /// <summary>An environment that is about to be made: nothing of that name has to be there.</summary>
    public EnvironmentName New(string text)
    {
        var (parts, version) = EnvironmentName.Split(text);
        return version is not null
            ? throw new UserErrorException("the environment's name must not have a version")
            : parts switch
            {
                [var organization, var project, var name] => new(organization, project, name),
                [var project, var name] => new(DefaultOrganization, project, name),
                _ => new(DefaultOrganization, EnvironmentName.DefaultProject, parts[0]),
            };
    }

    /// <summary>Two parts can be a project and a name, or an organization and a name in the project <c>default</c>: what is there decides.</summary>
    public async Task<EnvironmentName> Existing(string text, CancellationToken ct)
    {
        var (parts, version) = EnvironmentName.Split(text);
        if (parts is not [var first, var second])
        {
            return New(string.Join('/', parts)) with { Version = version };
        }
        var ofProject = new EnvironmentName(DefaultOrganization, first, second);
        var ofOrganization = new EnvironmentName(first, EnvironmentName.DefaultProject, second);
        var (one, other) = (await IsThere(ofProject, ct), await IsThere(ofOrganization, ct));
        return one && other
            ? throw new UserErrorException(
                $"ambiguous environment name \"{text}\": it may mean {ofProject} or {ofOrganization}; write all three parts"
            )
            : (other ? ofOrganization : ofProject) with
            {
                Version = version,
            };
    }

    public async Task<bool> IsThere(EnvironmentName environment, CancellationToken ct)
    {
        try
        {
            await Client.Definition(environment, decrypt: false, ct);
            return true;
        }
        catch (UserErrorException)
        {
            return false; // as the stock CLI does: whatever is wrong, it is said when the environment is used
        }
    }

    public ValueTask DisposeAsync() => place.DisposeAsync();
}
