using System.CommandLine;
using Cli.Invocation;

namespace Cli.Stack;

internal static class StackRemoveCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var argument = new Argument<string?>("stack-name") { Arity = ArgumentArity.ZeroOrOne };
        var stack = StackOptions.Stack("The name of the stack to remove. Defaults to the current stack");
        var force = new Option<bool>("--force", "-f")
        {
            Description = "Remove the stack even if it still has resources, which stay where they are",
        };
        var yes = StackOptions.Yes("Skip confirmation prompts, and proceed with removal anyway");
        var keep = new Option<bool>("--preserve-config") { Description = "Do not delete the stack's Pulumi.<stack>.yaml" };
        var backups = new Option<bool>("--remove-backups")
        {
            Description = "Also delete the backups of a stack in a folder, bucket or database",
        };
        var command = new PulumiCommand("remove", "Remove a stack and its configuration")
        {
            Explanation =
                "Remove a stack and its configuration.\n\n"
                + "The state, the history and the stack's configuration file are deleted; this cannot be undone. A stack that still has\n"
                + "resources is kept, unless --force is given.",
            ArgumentNames = "[<stack-name>]",
            MostArguments = 1,
        };
        command.Aliases.Add("rm");
        command.Aliases.Add("delete");
        command.Add(argument);
        foreach (var option in new Option[] { stack, force, yes, keep, backups })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                var name = StackOptions.OneOf(parse.GetValue(argument), parse.GetValue(stack));
                var wishes = new RemovalWishes(parse.GetValue(force), parse.GetValue(keep), parse.GetValue(backups));
                return Run(session, name, wishes, new Confirmation(session, parse.GetValue(yes)), ct);
            }
        );
    }

    internal static async Task<int> Run(
        Session session,
        string? name,
        RemovalWishes wishes,
        Confirmation confirmation,
        CancellationToken ct
    )
    {
        if (!session.Interactive && !confirmation.Given)
        {
            throw new UserErrorException("non-interactive mode requires --yes flag");
        }
        await using var work = await Workplace.Open(session, ct);
        var stack = (await work.Require(name, ct)).Stack;
        var shown = work.Backend.Show(stack);
        if (!confirmation.Given && !await confirmation.ByTyping($"This will permanently remove the '{shown}' stack!", shown, ct))
        {
            return (int)Exit.Error;
        }
        var selected = work.Selected;
        if (!await work.Backend.Delete(stack, wishes.Force, wishes.Backups, ct))
        {
            throw new UserErrorException(
                $"""
                '{shown}' still has resources; removal rejected. Possible actions:
                - Make sure that '{shown}' is the stack that you want to destroy
                - Run `pulumi destroy` to delete the resources, then run `pulumi stack rm`
                - Run `pulumi stack rm --force` to override this error
                """
            );
        }
        if (!wishes.KeepConfig && work.FileOf(stack) is { } file)
        {
            File.Delete(file.Path);
        }
        if (selected == stack)
        {
            work.Select(null);
        }
        var message = $"Stack '{shown}' has been removed!";
        await session.Out.WriteLineAsync(session.Color ? $"\e[91m{message}\e[0m" : message);
        return 0;
    }
}

/// <param name="Force">Whatever resources it has.</param>
/// <param name="Backups">Go, too.</param>
internal sealed record RemovalWishes(bool Force, bool KeepConfig, bool Backups);
