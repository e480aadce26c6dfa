using Cli.Auth;
using Cli.Backends;
using Cli.Backends.Buckets;
using Cli.Backends.Cloud;
using Cli.Backends.Diy;
using Cli.Project;
using Cli.Secrets;
using Cli.Storage;

namespace Cli.Stack;

/// <summary>Where a command on stacks works: the back end in use, and the project around the working directory.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    private Workplace(Session session, IBackend backend, ProjectFile? project)
    {
        (Session, Backend, Project) = (session, backend, project);
        Secrets = new(session, backend);
    }

    public Session Session { get; }
    public IBackend Backend { get; }

    /// <summary>Null outside of projects.</summary>
    public ProjectFile? Project { get; }
    public StackSecrets Secrets { get; }

    /// <summary>The selected stack, if the project has one here.</summary>
    public StackName? Selected => Project is { } project && Selection(project).Of(Backend.Url) is { } text ? Backend.Parse(text) : null;

    /// <param name="toUpgrade">See <see cref="StoreFormat.Open"/>.</param>
    public static async Task<Workplace> Open(Session session, CancellationToken ct, bool toUpgrade = false)
    {
        var project = ProjectFile.Find(session.Machine);
        var login = await CurrentLogin.Ensure(session, ct);
        IBackend backend = login.Account is { } account
            ? await CloudBackend.Open(session, login.Url, account, project?.Name, ct)
            : await OpenStore(session, login, project?.Name, toUpgrade, ct);
        return new(session, backend, project);
    }

    private static async Task<DiyBackend> OpenStore(
        Session session,
        CurrentLogin login,
        string? project,
        bool toUpgrade,
        CancellationToken ct
    )
    {
        try
        {
            return await DiyBackend.Open(session, login.Url, project, toUpgrade, ct);
        }
        catch (UnopenedException problem)
        {
            throw new UserErrorException(problem.Message + login.Hint);
        }
    }

    /// <summary>A back end that is not the one in use, by its address; a cloud has to know the person already.</summary>
    public static async Task<Workplace> OpenOther(Session session, string url, CancellationToken ct)
    {
        BackendUrl.Check(url);
        url = BackendUrl.Normalize(url);
        var project = ProjectFile.Find(session.Machine);
        if (!BackendUrl.IsCloud(url))
        {
            return new(session, await DiyBackend.Open(session, url, project?.Name, toUpgrade: false, ct), project);
        }
        var account =
            new CredentialStore(session).Read().Find(url)
            ?? throw new UserErrorException(
                $"not logged in to {url}; run `pulumi login {url}` first, and log in here again",
                Exit.Authentication
            );
        return new(session, await CloudBackend.Open(session, url, account, project?.Name, ct), project);
    }

    public ProjectFile RequireProject() => Project ?? ProjectFile.Require(Session.Machine);

    /// <summary>The stack to work on: the named one, else the one that the environment names, else the selected one, else the one that a person picks.</summary>
    /// <param name="name">From the command line; null or empty is none.</param>
    /// <param name="mayCreate">A person may make one that is not there.</param>
    public async Task<StackDetails> Require(string? name, CancellationToken ct, bool mayCreate = false)
    {
        if (Named(name) is { } named)
        {
            return await Backend.Find(Backend.Parse(named), ct) is { } there ? there
                : mayCreate && Session.Interactive ? await new StackChooser(this).OfferToCreate(named, ct)
                : throw NoSuchStack(named);
        }
        RequireProject();
        if (Selected is { } selected && await Backend.Find(selected, ct) is { } found)
        {
            return found;
        }
        return Session.Interactive ? await new StackChooser(this).Choose(mayCreate, ct) : throw StackChooser.NothingSelected(mayCreate);
    }

    /// <returns>Null when neither the command line nor the environment names a stack.</returns>
    public string? Named(string? name) => string.IsNullOrEmpty(name) ? Session.Machine.Variable("PULUMI_STACK") : name;

    public async Task<StackDetails> Existing(string name, CancellationToken ct) =>
        await Backend.Find(Backend.Parse(name), ct) ?? throw NoSuchStack(name);

    public static UserErrorException NoSuchStack(string name) => new($"no stack named '{name}' found", Exit.StackNotFound);

    /// <param name="stack">Null: none.</param>
    public void Select(StackName? stack) => Selection(RequireProject()).Set(Backend.Url, stack?.Full);

    /// <summary>The stack's file; null when the project here is not the stack's.</summary>
    public StackFile? FileOf(StackName stack) =>
        Project is { } project && (stack.Project.Length == 0 || stack.Project == project.Name)
            ? StackFile.Read(project.StackFileOf(stack.Name))
            : null;

    public ValueTask DisposeAsync() => Backend.DisposeAsync();

    private Selection Selection(ProjectFile project) => new(Session.Machine, project);
}
