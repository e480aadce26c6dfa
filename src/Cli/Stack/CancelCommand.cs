using System.CommandLine;
using Cli.Invocation;

namespace Cli.Stack;

internal static class CancelCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var argument = new Argument<string?>("stack-name") { Arity = ArgumentArity.ZeroOrOne };
        var stack = StackOptions.Stack();
        var yes = StackOptions.Yes("Skip confirmation prompts, and proceed with cancellation anyway");
        var command = new PulumiCommand("cancel", "Cancel a stack's currently running update, if any")
        {
            Explanation = """
                Cancel a stack's currently running update, if any.

                Whoever runs the update can no longer save its state. That is for updates whose process is gone; one that is alive is better
                stopped where it runs. In folders, buckets and databases this removes the locks of the stack.
                """,
            ArgumentNames = "[<stack-name>]",
            MostArguments = 1,
            Group = "Deployment Commands",
        };
        command.Add(argument);
        command.Add(stack);
        command.Add(yes);
        return command.Runs(
            machine,
            (session, parse, ct) =>
                Run(
                    session,
                    StackOptions.OneOf(parse.GetValue(argument), parse.GetValue(stack)),
                    new Confirmation(session, parse.GetValue(yes)),
                    ct
                )
        );
    }

    internal static async Task<int> Run(Session session, string? name, Confirmation confirmation, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var stack = (await work.Require(name, ct)).Stack;
        var shown = work.Backend.Show(stack);
        var warning = $"This will irreversibly cancel the currently running update for '{shown}'!";
        if (session.Interactive && !confirmation.Given && !await confirmation.ByTyping(warning, shown, ct))
        {
            return (int)Exit.Error;
        }
        await work.Backend.Cancel(stack, ct);
        var message = $"The currently running update for '{shown}' has been canceled!";
        await session.Out.WriteLineAsync(session.Color ? $"\e[91m{message}\e[0m" : message);
        return 0;
    }
}
