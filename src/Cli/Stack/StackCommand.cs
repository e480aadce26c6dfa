using System.CommandLine;
using Cli.Invocation;
using Cli.Stack.Tag;
using Cli.State;
using Cli.Webhook;

namespace Cli.Stack;

internal static class StackCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var command = Show(
            machine,
            new PulumiCommand("stack", "Manage stacks and view stack state")
            {
                Explanation =
                    "Manage stacks and view stack state.\n\n"
                    + "A stack is one instance of a project, with its own configuration and state. Without a subcommand this shows the selected\n"
                    + "stack: where it is, when it was last updated, its resources and its outputs.",
                Group = StackOptions.Group,
            }
        );
        foreach (
            var child in new[]
            {
                StackChangeSecretsProviderCommand.Create(machine),
                StackExportCommand.Create(machine),
                Show(machine, new PulumiCommand("get", "Show the stack: the same as `pulumi stack`")),
                StackGraphCommand.Create(machine),
                StackHistoryCommand.Create(machine),
                StackImportCommand.Create(machine),
                StackListCommand.Create(machine),
                StackMigrateCommand.Create(machine),
                StackInitCommand.Create(machine),
                StackOutputCommand.Create(machine),
                StackRemoveCommand.Create(machine),
                StackRenameCommand.Create(machine),
                StackSelectCommand.Create(machine),
                StackTagCommand.Create(machine),
                StackUnselectCommand.Create(machine),
                WebhookCommand.OfStack(machine),
            }
        )
        {
            command.Add(child);
        }
        return command;
    }

    private static PulumiCommand Show(Machine machine, PulumiCommand command)
    {
        var stack = StackOptions.Stack();
        var ids = new Option<bool>("--show-ids", "-i") { Description = "Display each resource's provider-assigned unique ID" };
        var urns = new Option<bool>("--show-urns", "-u") { Description = "Display each resource's Pulumi-assigned globally unique URN" };
        var secrets = StackOptions.ShowSecrets("Display stack outputs which are marked as secret in plaintext");
        var name = new Option<bool>("--show-name") { Description = "Display only the stack name" };
        var output = JsonOutput.NewOption();
        foreach (var option in new Option[] { stack, ids, urns, secrets, name, output })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                var view = new StackView(
                    parse.GetValue(ids),
                    parse.GetValue(urns),
                    parse.GetValue(secrets),
                    parse.GetValue(name),
                    parse.GetValue(output) == "json"
                );
                return Run(session, parse.GetValue(stack), view, ct);
            }
        );
    }

    internal static async Task<int> Run(Session session, string? name, StackView view, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var stack = await work.Require(name, ct);
        var shown = work.Backend.Show(stack.Stack);
        if (view.NameOnly)
        {
            await session.Out.WriteLineAsync(shown);
            return 0;
        }
        var deployment = Deployment.Read(await work.Backend.Export(stack.Stack, null, ct), shown);
        var outputs = await StackOutputs.Of(work, stack.Stack, deployment, view.Secrets, ct);
        await session.Out.WriteAsync(
            view.Json ? StackJson.Of(work, stack, deployment, outputs) : StackText.Of(work, stack, deployment, outputs, view)
        );
        return 0;
    }
}

/// <summary>What to show of a stack.</summary>
internal sealed record StackView(bool Ids, bool Urns, bool Secrets, bool NameOnly, bool Json);
