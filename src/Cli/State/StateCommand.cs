using Cli.Invocation;
using Cli.Stack;

namespace Cli.State;

internal static class StateCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("state", "Edit the current stack's state")
        {
            Explanation =
                "Edit the current stack's state.\n\n"
                + "These commands change what Pulumi knows, and never the resources themselves. They are for putting right what an update\n"
                + "cannot. The state before a change is kept: as a version in a cloud, as a backup in folders, buckets and databases.",
            Group = StackOptions.Group,
        };
        PulumiCommand[] children =
        [
            StateEditCommand.Create(machine),
            StateGetCommand.Create(machine),
            StateMoveCommand.Create(machine),
            StateRemoveCommand.Create(machine),
            StateRenameCommand.Create(machine),
            StateRepairCommand.Create(machine),
            StateUpgradeCommand.Create(machine),
            .. StateFlagCommands.Create(machine),
        ];
        foreach (var child in children)
        {
            command.Add(child);
        }
        return command;
    }
}
