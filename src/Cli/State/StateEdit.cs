using Cli.Backends;
using Cli.Stack;

namespace Cli.State;

/// <summary>
/// A change of a stack's state: confirmed, checked, and saved where the back end keeps what was there before. Nothing is saved when the change
/// throws or would break the state.
/// </summary>
internal sealed class StateEdit(Workplace work, Confirmation confirmation)
{
    private const string Warning = "warning: This command will edit your stack's state directly. Confirm?";

    /// <param name="change">What to do; its text is printed once it is saved.</param>
    public async Task<int> Run(StackDetails stack, Func<Deployment, CancellationToken, Task<string>> change, CancellationToken ct)
    {
        var shown = work.Backend.Show(stack.Stack);
        if (Deployment.Read(await work.Backend.Export(stack.Stack, null, ct), shown) is not { } deployment)
        {
            return 0;
        }
        if (!await Confirmed(ct))
        {
            return (int)Exit.Error;
        }
        var message = await change(deployment, ct);
        Integrity.Check(work.Session, deployment);
        await work.Backend.Import(stack.Stack, deployment.Write(), ct);
        await work.Session.Out.WriteLineAsync(message);
        return 0;
    }

    public async Task<bool> Confirmed(CancellationToken ct) =>
        confirmation.Given || !work.Session.Interactive || await confirmation.ByChoosing(Warning, ct);
}
