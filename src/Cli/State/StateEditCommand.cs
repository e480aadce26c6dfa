using System.CommandLine;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.State;

internal static class StateEditCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var stack = new Option<string?>("--stack") { Description = "The name of the stack to operate on. Defaults to the current stack" };
        var command = new PulumiCommand("edit", "Edit the current stack's state in your EDITOR")
        {
            Explanation =
                "Edit the current stack's state in your EDITOR.\n\n"
                + "What you save is checked as an import is, and then becomes the state. Secrets stay encrypted.",
            Hidden = !machine.IsOn("PULUMI_EXPERIMENTAL"),
        };
        command.Aliases.Add("update");
        command.Aliases.Add("modify");
        command.Add(stack);
        return command.Runs(machine, (session, parse, ct) => Run(session, parse.GetValue(stack), ct));
    }

    internal static async Task<int> Run(Session session, string? name, CancellationToken ct)
    {
        if (!session.Interactive)
        {
            throw new UserErrorException("pulumi state edit must be run in interactive mode");
        }
        await using var work = await Workplace.Open(session, ct);
        var stack = (await work.Require(name, ct)).Stack;
        var state = await work.Backend.Export(stack, null, ct);
        var before = JsonText.Lay(state, indent: 4);
        var after = await Edited(session, before, ct);
        if (after.AsSpan().SequenceEqual(before))
        {
            await session.Out.WriteLineAsync("No changes were made");
            return 0;
        }
        var deployment =
            Deployment.Read(after, work.Backend.Show(stack))
            ?? throw new UserErrorException("could not deserialize deployment: there is no 'deployment' in it");
        Integrity.Check(session, deployment);
        var edit = new StateEdit(work, new Confirmation(session, yes: false));
        if (!await edit.Confirmed(ct))
        {
            return (int)Exit.Error;
        }
        await edit.CheckUnchanged(stack, state, ct);
        await work.Backend.Import(stack, after, ct);
        await session.Out.WriteLineAsync("State updated.");
        return 0;
    }

    private static async Task<byte[]> Edited(Session session, byte[] text, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("pulumi-state-"); // its owner's only
        try
        {
            var file = Path.Combine(folder.FullName, "state.json");
            await File.WriteAllBytesAsync(file, text, ct);
            if (!await session.Machine.Edit(file, ct))
            {
                throw new UserErrorException("the editor failed; nothing was changed. Set EDITOR to the command of your editor");
            }
            return await File.ReadAllBytesAsync(file, ct);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
