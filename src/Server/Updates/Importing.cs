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
    UpdateLogging logging,
    TimeProvider clock
)
{
    private const int Tries = 5;
    private const int NewestSchema = 4;

    /// <param name="message">What the history says.</param>
    /// <param name="opens">Whether what is encrypted is a secret of this stack.</param>
    /// <returns>The id of the update in the history.</returns>
    /// <exception cref="ApiException">400: it is no state, or not one for this stack. 409: somebody else uses the stack.</exception>
    public async Task<string> Import(
        Stack stack,
        Caller caller,
        Stream text,
        string client,
        string message,
        Func<byte[], Task<bool>> opens,
        CancellationToken ct
    )
    {
        var staged = await states.Stage(stack.Id, text, state => Check(state, stack, opens), ct);
        var update = new NewUpdate(stack.Id, UpdateKind.Import, DryRun: false, caller.AccountId, "{}", "{}", "{}", message, client)
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

    /// <summary>
    /// A state whose secrets nobody can read is worse than the one it would replace. One is enough to look at: a state has one provider, and with it one key.
    /// </summary>
    internal static async Task Check(StateInspection state, Stack stack, Func<byte[], Task<bool>> opens)
    {
        if (state.Version is < 1 or > NewestSchema)
        {
            throw ApiException.BadRequest(
                $"This is no state that can be imported: it must be an object with a version from 1 to {NewestSchema} and a deployment, as `pulumi stack export` writes it."
            );
        }
        if (state.ServiceSecret is { } secret && !(Ciphertext(secret) is { } bytes && await opens(bytes)))
        {
            throw ApiException.BadRequest(
                $"This state has secrets that were not encrypted for the stack '{stack.FullName}', so nobody could read them there. Export it where it comes from with `pulumi stack export --show-secrets`, import that, and delete the file."
            );
        }
    }

    private static byte[]? Ciphertext(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
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
        await logging.Imported(transaction, stack, id, update, version);
        return new(id, null);
    }

    private sealed record Outcome(string? Id, Update? Holder);
}
