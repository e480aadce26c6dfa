using System.CommandLine;
using Cli.Backends;
using Cli.Invocation;
using Cli.Project;

namespace Cli.Stack;

internal static class StackRenameCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var argument = new Argument<string>("new-stack-name");
        var stack = StackOptions.Stack();
        var command = new PulumiCommand("rename", "Rename an existing stack")
        {
            Explanation = """
                Rename an existing stack.

                The stack gets its new name in the backend, in the URNs of its state, and in the name of its configuration file. The
                program that makes the stack's resources may still use the old name: look for it before the next update.

                A stack moves to another project when its name is given in full:

                    $ pulumi stack rename organization/new-project/dev
                """,
            ArgumentNames = "<new-stack-name>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Add(argument);
        command.Add(stack);
        return command.Runs(machine, (session, parse, ct) => Run(session, parse.GetValue(stack), parse.GetValue(argument)!, ct));
    }

    internal static async Task<int> Run(Session session, string? name, string newName, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        work.RequireProject();
        var stack = (await work.Require(name, ct)).Stack;
        var to = work.Backend.Parse(newName);
        if (newName.Split('/') is not [_, { Length: > 0 }, _])
        {
            to = to with { Project = stack.Project }; // only a whole name moves a stack to another project
        }
        if (to.Organization != stack.Organization)
        {
            throw OwnerChange(work.Backend, stack, to, newName);
        }
        var selected = work.Selected;
        await work.Backend.Rename(stack, to, ct);
        MoveFile(work, stack, to);
        if (selected == stack)
        {
            work.Select(to);
        }
        await session.Out.WriteLineAsync($"Renamed {work.Backend.Show(stack)} to {work.Backend.Show(to)}");
        return 0;
    }

    private static void MoveFile(Workplace work, StackName stack, StackName to)
    {
        if (work.FileOf(stack) is { } file && File.Exists(file.Path))
        {
            var target = work.RequireProject().StackFileOf(to.Name);
            if (target != file.Path)
            {
                StackFile.Of(target, file.Text).Save();
                File.Delete(file.Path);
            }
        }
    }

    private static UserErrorException OwnerChange(IBackend backend, StackName stack, StackName to, string typed)
    {
        var hint = typed.Contains('/', StringComparison.Ordinal)
            ? ""
            : $"\n\nDid you forget to include the owner name? If yes, rerun the command as follows:\n\n    $ pulumi stack rename {stack.Organization}/{typed}";
        var console = backend.ConsolePage(stack) is { } page
            ? $"\n\nYou cannot transfer stack ownership via a rename. If you wish to transfer ownership\nof a stack to another organization, you can do so in the Pulumi Console by going to the\n\"Settings\" page of the stack and then clicking the \"Transfer Stack\" button:\n\n    {page}/settings/options"
            : "";
        return new($"New stack owner, {to.Organization}, does not match existing owner, {stack.Organization}.{hint}{console}");
    }
}
