using System.CommandLine;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Config.Environments;

internal static class ConfigEnvironmentRemoveCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var flags = new ConfigFlags();
        var name = new Argument<string>("environment-name");
        var show = StackOptions.ShowSecrets("Show secret values instead of hiding them");
        var yes = StackOptions.Yes("Skip confirmation prompts");
        var command = new PulumiCommand("remove", "Remove an environment from a stack")
        {
            ArgumentNames = "<environment-name>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Aliases.Add("rm");
        command.Aliases.Add("delete");
        command.Add(name);
        flags.AddTo(command);
        command.Add(show);
        command.Add(yes);
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await flags.Open(session, parse, ct);
                StackEnvironments.RequireCloud(work);
                StackEnvironments.RefuseRemote(work, "env remove", StackEnvironments.Edit);
                ConfigEnvironmentAddCommand.RefuseDefinition(work);
                var change = new EnvironmentListChange(work, parse.GetValue(show), new(session, parse.GetValue(yes)));
                return await change.Run([.. work.Config.Environments.Where(known => known != parse.GetValue(name))], ct);
            }
        );
    }
}
