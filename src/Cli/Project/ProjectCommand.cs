using Cli.Invocation;

namespace Cli.Project;

internal static class ProjectCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("project", "Manage Pulumi projects") { Group = "Pulumi Cloud Commands" };
        command.Add(ProjectListCommand.Create(machine));
        return command;
    }
}
