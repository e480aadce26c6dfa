using System.CommandLine;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Config.Environments;

internal static class ConfigEnvironmentCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("env", "Manage environments for a stack")
        {
            Explanation = "Manage the ESC environments that a stack takes configuration from.",
        };
        new ConfigFlags().AddTo(command);
        command.Add(Init(machine));
        command.Add(Add(machine));
        command.Add(Remove(machine));
        command.Add(ConfigEnvironmentListCommand.Create(machine));
        return command;
    }

    private static PulumiCommand Init(Machine machine)
    {
        var command = new PulumiCommand("init", "Create an environment for a stack")
        {
            Explanation = "Make an environment out of the stack's configuration.",
        };
        command.Add(new Option<string?>("--env") { Description = "The name of the environment to create" });
        command.Add(new Option<bool>("--keep-config") { Description = "Do not remove the values from the stack's file" });
        return Declared(command, machine, "create it with the stock Pulumi CLI");
    }

    private static PulumiCommand Add(Machine machine)
    {
        var command = new PulumiCommand("add", "Add environments to a stack")
        {
            ArgumentNames = "<environment-name>...",
            FewestArguments = 1,
            MostArguments = int.MaxValue,
        };
        command.Add(new Argument<string[]>("environment-name") { Arity = ArgumentArity.OneOrMore });
        return Declared(command, machine, "add the name to the list `environment` in");
    }

    private static PulumiCommand Remove(Machine machine)
    {
        var command = new PulumiCommand("remove", "Remove an environment from a stack")
        {
            ArgumentNames = "<environment-name>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Aliases.Add("rm");
        command.Aliases.Add("delete");
        command.Add(new Argument<string>("environment-name"));
        return Declared(command, machine, "remove the name from the list `environment` in");
    }

    /// <summary>Each of these shows what the configuration will be, for which it has to open environments.</summary>
    private static PulumiCommand Declared(PulumiCommand command, Machine machine, string instead)
    {
        var flags = new ConfigFlags();
        flags.AddTo(command);
        command.Add(StackOptions.ShowSecrets("Show secret values instead of hiding them"));
        command.Add(StackOptions.Yes("Skip confirmation prompts"));
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await flags.Open(session, parse, ct);
                StackEnvironments.RequireCloud(work);
                var where = instead.EndsWith(" in", StringComparison.Ordinal)
                    ? $"{instead} {work.File.Path}, or use the stock Pulumi CLI"
                    : instead;
                throw new UserErrorException(
                    $"`{work.Session.CommandPath}` is not supported yet, since this program does not open environments: {where}, on the same login"
                );
            }
        );
    }
}
