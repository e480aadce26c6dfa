using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Organizations;
using Server.Stacks;
using Server.State;
using Server.Updates;

namespace Server.StackLifecycle;

/// <summary>What a stack is to be called, and by whom.</summary>
/// <param name="Message">What the history says.</param>
/// <param name="Audits">What the audit log of which organization (by id) says.</param>
public sealed record Move(
    string OrganizationId,
    FullStackName To,
    Actor Actor,
    string Client,
    string Message,
    IReadOnlyList<(string OrganizationId, string Event)> Audits
);

/// <summary>
/// Gives a stack another name, project or organization. Its state is rewritten as a new version, and the history has an entry of it; its key and its
/// former names stay, so that what was encrypted before is still decrypted.
/// </summary>
public sealed class StackMove(
    Database database,
    StackStore stacks,
    StateStore states,
    UpdateStore updates,
    Ending ending,
    StackGrantStore grants,
    AuditStore audit,
    TimeProvider clock
)
{
    /// <summary>A few updates may come in between.</summary>
    private const int Tries = 5;

    /// <returns>The id of the update in the history.</returns>
    /// <exception cref="ApiException">404: it is gone. 409: it is in use, or the name is.</exception>
    public async Task<string> Run(Stack stack, Move move, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            var before = await states.Latest(stack.Id, ct);
            var staged = before is null ? null : await Renamed(before, stack, move.To, ct);
            var outcome = await database.Write(transaction => Try(transaction, stack, move, before, staged), ct);
            if (outcome.Id is { } id)
            {
                return id;
            }
            if (tries == Tries || outcome.Holder is { } holder && !await ending.TakeOver(holder, ct))
            {
                throw Updates.Refusal.Busy(outcome.Holder, clock);
            }
        }
    }

    private async Task<StagedState> Renamed(StateVersion state, Stack stack, FullStackName to, CancellationToken ct)
    {
        var from = new FullStackName(stack.Organization, stack.Project, stack.Name);
        using var text = await states.Read(state, ct);
        return await states.Stage(stack.Id, StateRename.Rename(text, from, to), ct);
    }

    private async Task<Outcome> Try(Transaction transaction, Stack asked, Move move, StateVersion? before, StagedState? staged)
    {
        var held = await Hold(transaction, asked, move.To.Stack);
        var stack = (await stacks.FindById(transaction, asked.Id))!;
        if (!held || asked.DeletedMs == 0 && stack.FullName != asked.FullName)
        {
            throw asked.DeletedMs > 0 ? Taken(move.To) : StackAccess.NotFound(asked.Organization, asked.Project, asked.Name);
        }
        if (stack.RunningUpdateId is { } running)
        {
            return new(null, await UpdateStore.Find(transaction, running));
        }
        if ((await states.Latest(transaction, asked.Id))?.Id != before?.Id)
        {
            return new(null, null);
        }
        if (!await stacks.Rename(transaction, asked, move.OrganizationId, move.To.Project, move.To.Stack))
        {
            throw Taken(move.To);
        }
        if (move.OrganizationId != stack.OrganizationId)
        {
            await grants.Move(transaction, stack.Id, move.Actor.AccountId);
        }
        return new(await Note(transaction, stack, move, staged), null);
    }

    /// <summary>Nobody else changes the stack until the transaction ends. A deleted one is back from here on.</summary>
    private Task<bool> Hold(Transaction transaction, Stack stack, string name) =>
        stack.DeletedMs > 0 ? stacks.Restore(transaction, stack.Id, name) : stacks.Lock(transaction, stack.Id);

    private async Task<string> Note(Transaction transaction, Stack stack, Move move, StagedState? staged)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString();
        var version = stack.Version + 1;
        await stacks.TakeLease(transaction, stack.Id, id);
        await updates.Insert(
            transaction,
            id,
            new(stack.Id, "rename", DryRun: false, move.Actor.AccountId, "{}", "{}", "{}", move.Message, move.Client)
            {
                TokenId = move.Actor.TokenId,
            },
            UpdateStatus.NotStarted
        );
        await updates.SetImported(transaction, id, version, staged?.ResourceCount ?? 0);
        if (staged is not null)
        {
            await states.Commit(transaction, staged, version);
        }
        await stacks.ReleaseLease(transaction, stack.Id, id, version, staged?.ResourceCount);
        foreach (var (organizationId, name) in move.Audits)
        {
            await audit.Add(transaction, move.Actor, organizationId, name, move.Message, stack.Id);
        }
        return id;
    }

    public static ApiException Taken(FullStackName name) =>
        ApiException.Conflict($"Stack '{name.Organization}/{name.Project}/{name.Stack}' already exists");

    /// <param name="Holder">Who has the stack, where that is why it did not work.</param>
    private sealed record Outcome(string? Id, Update? Holder);
}
