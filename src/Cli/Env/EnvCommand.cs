using Cli.Env.Provider;
using Cli.Env.Referrer;
using Cli.Env.Tag;
using Cli.Env.Version;
using Cli.Invocation;

namespace Cli.Env;

internal static class EnvCommand
{
    public const string OneEnvironment = "[<org-name>/][<project-name>/]<environment-name>";

    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("env", "Manage environments")
        {
            Explanation =
                "Manage environments: configuration and secrets with a name, which stacks, programs and other environments take up.\n\n"
                + "Make one with `pulumi env init`, put values into it with `pulumi env set`, and use them with `pulumi env run`\n"
                + "or by naming it in a stack's file (`pulumi config env add`).",
            Group = "Pulumi Cloud Commands",
        };
        command.Add(EnvironmentParts.Env());
        command.Add(EnvInitCommand.Create(machine));
        command.Add(EnvListCommand.Create(machine));
        command.Add(EnvGetCommand.Create(machine));
        command.Add(EnvSetCommand.Create(machine));
        command.Add(EnvEditCommand.Create(machine));
        command.Add(EnvOpenCommand.Create(machine));
        command.Add(EnvRunCommand.Create(machine));
        command.Add(EnvRemoveCommand.Create(machine));
        command.Add(EnvCloneCommand.Create(machine));
        command.Add(EnvDiffCommand.Create(machine));
        command.Add(EnvTagCommand.Create(machine));
        command.Add(EnvVersionCommand.Create(machine));
        command.Add(EnvSettingsCommand.Create(machine));
        command.Add(EnvProviderCommand.Create(machine));
        command.Add(EnvReferrerCommand.Create(machine));
        return command;
    }
}
