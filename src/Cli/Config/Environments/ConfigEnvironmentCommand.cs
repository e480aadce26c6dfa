using Cli.Invocation;

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
        command.Add(ConfigEnvironmentInitCommand.Create(machine));
        command.Add(ConfigEnvironmentAddCommand.Create(machine));
        command.Add(ConfigEnvironmentRemoveCommand.Create(machine));
        command.Add(ConfigEnvironmentListCommand.Create(machine));
        return command;
    }
}
