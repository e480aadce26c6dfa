using Cli.Invocation;

namespace Cli.Stack.Tag;

internal static class StackTagCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("tag", "Manage stack tags")
        {
            Explanation =
                "Manage stack tags.\n\nTags are names with values that a stack carries. `pulumi stack ls --tag` finds stacks by them.",
        };
        command.Add(StackOptions.Stack());
        command.Add(StackTagGetCommand.Create(machine));
        command.Add(StackTagListCommand.Create(machine));
        command.Add(StackTagRemoveCommand.Create(machine));
        command.Add(StackTagSetCommand.Create(machine));
        return command;
    }
}
