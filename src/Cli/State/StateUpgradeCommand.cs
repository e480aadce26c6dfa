using Cli.Backends;
using Cli.Backends.Diy;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.State;

internal static class StateUpgradeCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var yes = StateOptions.Yes();
        var command = new PulumiCommand("upgrade", "Migrate the current backend to the latest supported version")
        {
            Explanation =
                "Migrate the current backend to the latest supported version.\n\n"
                + "Moves the stacks of a folder, bucket or database from the old layout, in which stacks have no projects, to the present one.\n"
                + "Older programs cannot read the store afterwards. Clouds need no upgrade.",
        };
        command.Add(yes);
        return command.Runs(machine, (session, parse, ct) => Run(session, new Confirmation(session, parse.GetValue(yes)), ct));
    }

    internal static async Task<int> Run(Session session, Confirmation confirmation, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct, toUpgrade: true);
        if (work.Backend is not DiyBackend store)
        {
            await session.Out.WriteLineAsync("Nothing to do");
            return 0;
        }
        if (!confirmation.Given && session.Interactive && !await Confirmed(session, ct))
        {
            await session.Out.WriteLineAsync("Upgrade cancelled");
            return 0;
        }
        var projects = await Projects(session, store, ct);
        await WriteFormat(session, store, ct);
        foreach (var (stack, project) in projects)
        {
            await store.MoveTo(new("", "", stack), new(DiyNames.Organization, project, stack), ct);
        }
        await session.Out.WriteLineAsync($"Upgraded {projects.Count} stack(s) to project mode");
        return 0;
    }

    private static async Task<bool> Confirmed(Session session, CancellationToken ct)
    {
        await session.Out.WriteLineAsync(
            "This will upgrade the current backend to the latest supported version.\nOlder versions of Pulumi will not be able to read the new format."
        );
        return (
                await session.Machine.Terminal.ReadLine("Please confirm that this is what you'd like to do by typing `yes`: ", false, ct)
            )?.Trim() == "yes";
    }

    /// <summary>The projects of the old stacks, by what their states hold; a person may know those of empty ones.</summary>
    private static async Task<Dictionary<string, string>> Projects(Session session, DiyBackend store, CancellationToken ct)
    {
        var projects = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var stack in await StoreFormat.LegacyStacks(store.Bucket, ct))
        {
            var deployment = Deployment.Read(await store.Export(new("", "", stack), null, ct), stack);
            var project = deployment
                ?.Resources.Select(resource => Urn.Parse(References.Text(resource["urn"]))?.Project)
                .FirstOrDefault(p => p is not null);
            if (project is null && session.Interactive)
            {
                var typed = await session.Machine.Terminal.ReadLine(
                    $"Found stacks without a project name.\nProject of stack '{stack}' (empty to skip it): ",
                    false,
                    ct
                );
                project = typed?.Trim() is { Length: > 0 } name ? name : null;
            }
            if (project is null)
            {
                session.Warn($"Skipping stack \"{stack}\": no project name found");
                continue;
            }
            NameRules.CheckProject(project);
            projects[stack] = project;
        }
        return projects;
    }

    private static async Task WriteFormat(Session session, DiyBackend store, CancellationToken ct)
    {
        try
        {
            await StoreFormat.Write(store.Bucket, ct);
        }
        catch (UserErrorException problem)
        {
            session.Say(
                $"Could not write new state metadata file: {problem.Message}\nPlease verify that the storage is writable, and try again."
            );
            throw new UserErrorException("state upgrade failed");
        }
    }
}
