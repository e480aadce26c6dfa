using System.CommandLine;
using Cli.Config.Environments;
using Cli.Invocation;

namespace Cli.Config;

/// <summary>Says nothing, also where there was nothing to remove: scripts rely on it.</summary>
internal static class ConfigRemoveCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var flags = new ConfigFlags();
        var key = new Argument<string>("key");
        var path = ConfigFlags.Path("The key contains a path to a property in a map or list to remove");
        var command = new PulumiCommand("remove", "Remove configuration value")
        {
            Explanation =
                "Remove a configuration value.\n\n"
                + "With --path the key may lead into a map or list: `pulumi config remove --path 'names[0]'`.",
            ArgumentNames = "<key>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Aliases.Add("rm");
        command.Aliases.Add("delete");
        command.Add(key);
        flags.AddTo(command);
        command.Add(path);
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await flags.Open(session, parse, ct);
                return Run(work, [parse.GetValue(key)!], parse.GetValue(path));
            }
        );
    }

    internal static int Run(ConfigWork work, IReadOnlyList<string> keys, bool isPath)
    {
        StackEnvironments.RefuseRemote(work, "rm", StackEnvironments.Edit);
        var places = keys.Select(key => work.Parse(key, isPath)).ToList();
        work.Save(config => places.Aggregate(config, (changed, place) => changed.Remove(place)));
        return 0;
    }
}
