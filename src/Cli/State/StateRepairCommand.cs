using Cli.Invocation;
using Cli.Stack;

namespace Cli.State;

internal static class StateRepairCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var stack = StateOptions.Stack();
        var yes = StateOptions.Yes();
        var command = new PulumiCommand("repair", "Repair an invalid state")
        {
            Explanation =
                "Repair an invalid state.\n\n"
                + "Puts resources behind what they depend on, and drops references to resources that are not there. What it would do is shown\n"
                + "before it is done. Look at the state afterwards: a repair makes it valid, which is not the same as right.",
        };
        command.Add(stack);
        command.Add(yes);
        return command.Runs(
            machine,
            (session, parse, ct) => Run(session, parse.GetValue(stack), new Confirmation(session, parse.GetValue(yes)), ct)
        );
    }

    internal static async Task<int> Run(Session session, string? name, Confirmation confirmation, CancellationToken ct)
    {
        session = session with { IgnoresIntegrity = false };
        await using var work = await Workplace.Open(session, ct);
        var stack = (await work.Require(name, ct)).Stack;
        var deployment = Deployment.Read(await work.Backend.Export(stack, null, ct), work.Backend.Show(stack));
        if (deployment is null || Integrity.Problem(deployment) is null)
        {
            await session.Out.WriteLineAsync("The snapshot is already valid; skipping repair");
            return 0;
        }
        var report = Repair.Run(deployment);
        await session.Out.WriteLineAsync(report);
        if (
            !confirmation.Given
            && session.Interactive
            && !await confirmation.ByChoosing("This command will edit your stack's state directly. Confirm?", ct)
        )
        {
            return (int)Exit.Error;
        }
        Integrity.Check(session, deployment);
        await work.Backend.Import(stack, deployment.Write(), ct);
        await session.Out.WriteLineAsync("State repaired successfully");
        return 0;
    }
}
