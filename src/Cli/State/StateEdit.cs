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
        var before = await work.Backend.Export(stack.Stack, null, ct);
        if (Deployment.Read(before, shown) is not { } deployment)
        {
            return 0;
        }
        if (!await Confirmed(ct))
        {
            return (int)Exit.Error;
        }
        var message = await change(deployment, ct);
        Integrity.Check(work.Session, deployment);
        if (work.Session.Interactive)
        {
            await CheckUnchanged(stack.Stack, before, ct);
        }
        await work.Backend.Import(stack.Stack, deployment.Write(), ct);
        await work.Session.Out.WriteLineAsync(message);
        return 0;
    }

    /// <summary>A person takes time, in which an update may have run.</summary>
    /// <param name="before">What the change was made to.</param>
    public async Task CheckUnchanged(StackName stack, byte[] before, CancellationToken ct)
    {
        var now = await work.Backend.Export(stack, null, ct);
        if (!now.AsSpan().SequenceEqual(before))
        {
            throw new UserErrorException(
                $"the state of '{work.Backend.Show(stack)}' was changed by somebody else meanwhile; nothing was saved. Please run the command again"
            );
        }
    }

    public async Task<bool> Confirmed(CancellationToken ct) =>
        confirmation.Given || !work.Session.Interactive || await confirmation.ByChoosing(Warning, ct);
}
