using Server.Auth;
using Server.Data;
using Server.Stacks;
using Server.State;

namespace Server.Updates;

/// <summary>Replaces a stack's state: an update that begins and ends in one step.</summary>
public sealed class Importing(
    Database database,
    UpdateStore updates,
    StackStore stacks,
    StateStore states,
    Ending ending,
    TimeProvider clock
)
{
    private const int Tries = 5;

    /// <returns>The id of the update in the history.</returns>
    public async Task<string> Import(Stack stack, Caller caller, Stream text, string client, CancellationToken ct)
    {
        var staged = await states.Stage(stack.Id, text, ct);
        var update = new NewUpdate(stack.Id, UpdateKind.Import, DryRun: false, caller.AccountId, "{}", "{}", "{}", "", client)
        {
            TokenId = caller.TokenId,
        };
        for (var tries = 1; ; tries++)
        {
            var outcome = await database.Write(transaction => Try(transaction, stack, update, staged), ct);
            if (outcome.Id is { } id)
            {
                return id;
            }
            if (tries == Tries || outcome.Holder is { } holder && !await ending.TakeOver(holder, ct))
            {
                throw Refusal.Busy(outcome.Holder, clock);
            }
        }
    }

    private async Task<Outcome> Try(Transaction transaction, Stack asked, NewUpdate update, StagedState staged)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString();
        if (!await stacks.TakeLease(transaction, asked.Id, id))
        {
            return new(null, await Starting.Holder(transaction, stacks, asked));
        }
        var stack = (await stacks.FindById(transaction, asked.Id))!;
        var version = stack.Version + 1;
        await updates.Insert(transaction, id, update, UpdateStatus.NotStarted);
        await updates.SetImported(transaction, id, version, staged.ResourceCount);
        await states.Commit(transaction, staged, version);
        await stacks.ReleaseLease(transaction, stack.Id, id, version, staged.ResourceCount);
        return new(id, null);
    }

    private sealed record Outcome(string? Id, Update? Holder);
}
