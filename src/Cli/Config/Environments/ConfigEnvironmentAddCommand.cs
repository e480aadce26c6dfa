using System.CommandLine;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Config.Environments;

internal static class ConfigEnvironmentAddCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var flags = new ConfigFlags();
        var names = new Argument<string[]>("environment-name") { Arity = ArgumentArity.OneOrMore };
        var show = StackOptions.ShowSecrets("Show secret values instead of hiding them");
        var yes = StackOptions.Yes("Skip confirmation prompts");
        var command = new PulumiCommand("add", "Add environments to a stack")
        {
            ArgumentNames = "<environment-name>...",
            FewestArguments = 1,
            MostArguments = int.MaxValue,
        };
        command.Add(names);
        flags.AddTo(command);
        command.Add(show);
        command.Add(yes);
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await flags.Open(session, parse, ct);
                StackEnvironments.RequireCloud(work);
                StackEnvironments.RefuseRemote(work, "env add", StackEnvironments.Edit);
                RefuseDefinition(work);
                var added = parse.GetValue(names)!.Where(name => !work.Config.Environments.Contains(name)).Distinct();
                var change = new EnvironmentListChange(work, parse.GetValue(show), new(session, parse.GetValue(yes)));
                return await change.Run([.. work.Config.Environments, .. added], ct);
            }
        );
    }

    internal static void RefuseDefinition(ConfigWork work)
    {
        if (work.Config.EnvironmentDefinition is not null)
        {
            throw new UserErrorException($"{work.File.Path} defines its environment itself; change the `imports` in it");
        }
    }
}
