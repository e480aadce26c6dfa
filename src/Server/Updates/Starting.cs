using Server.Auth;
using Server.Data;
using Server.Stacks;
using Server.State;

namespace Server.Updates;

/// <summary>Lets an update run: the one step that decides between two that want the same stack.</summary>
public sealed class Starting(
    Database database,
    UpdateStore updates,
    StackStore stacks,
    StateStore states,
    Ending ending,
    SaveModes modes,
    UpdateLogging logging,
    TimeProvider clock
)
{
    /// <summary>Whoever waits for a stack whose last client is gone ends that update first; a few may come in between.</summary>
    private const int Tries = 5;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="tags">All that the stack has from now on; null leaves them alone.</param>
    /// <param name="roundTrip">To the client, if known.</param>
    /// <exception cref="ApiException">404, or 409 with who has the stack.</exception>
    public async Task<Started> Start(
        Stack stack,
        string updateId,
        IReadOnlyDictionary<string, string>? tags,
        int? journalVersion,
        string client,
        TimeSpan? roundTrip,
        CancellationToken ct
    )
    {
        var request = new Request(stack, updateId, tags, journalVersion, client, roundTrip);
        for (var tries = 1; ; tries++)
        {
            var outcome = await database.Write(transaction => Try(transaction, request), ct);
            if (outcome.Started is { } started)
            {
                return started;
            }
            if (tries == Tries || outcome.Holder is { } holder && !await ending.TakeOver(holder, ct))
            {
                throw Refusal.Busy(outcome.Holder, clock);
            }
        }
    }

    private async Task<Outcome> Try(Transaction transaction, Request request)
    {
        var update = await UpdateStore.Find(transaction, request.UpdateId);
        if (update is null || update.StackId != request.Stack.Id)
        {
            throw ApiException.NotFound($"Update '{request.UpdateId}' not found");
        }
        if (update.Status != UpdateStatus.NotStarted)
        {
            throw ApiException.Conflict($"This update has been started before, at version {update.Version}; ask for a new one.");
        }
        if (!update.DryRun && !await stacks.TakeLease(transaction, request.Stack.Id, update.Id))
        {
            return new(null, await Holder(transaction, stacks, request.Stack));
        }
        return new(await Run(transaction, request, update), null);
    }

    private async Task<Started> Run(Transaction transaction, Request request, Update update)
    {
        var stack = await stacks.FindById(transaction, request.Stack.Id) ?? throw Gone(request.Stack);
        var @base = await states.Latest(transaction, stack.Id);
        var journal =
            !update.DryRun && request.JournalVersion >= 1 && modes.UseJournal(update.Kind, RoundTrip(request, update), @base?.Size ?? 0);
        var started = new Started(
            update.Id,
            update.DryRun ? stack.Version : stack.Version + 1,
            Lease.New(),
            Now + (long)Lease.Longest.TotalMilliseconds,
            journal ? 1 : 0
        );
        if (update.DryRun)
        {
            await stacks.SetLatestUpdate(transaction, stack.Id, update.Id);
        }
        if (request.Tags is not null)
        {
            await stacks.ReplaceTags(transaction, stack.Id, request.Tags);
        }
        if (!await updates.Start(transaction, update.StackId, started, @base?.Id, request.Client))
        {
            throw ApiException.Conflict("This update has been started before; ask for a new one.");
        }
        await logging.Started(transaction, stack, update, started.Version, request.Client);
        return started;
    }

    /// <returns>Null if it has just let go.</returns>
    /// <exception cref="ApiException">404: the stack is gone.</exception>
    public static async Task<Update?> Holder(Transaction transaction, StackStore stacks, Stack stack)
    {
        var now = await stacks.FindById(transaction, stack.Id);
        if (now is not { DeletedMs: 0 })
        {
            throw Gone(stack);
        }
        return now.RunningUpdateId is { } holder ? await UpdateStore.Find(transaction, holder) : null;
    }

    /// <summary>Where the connection does not tell: a client starts what it has just created at once, so that took it one round trip.</summary>
    private TimeSpan RoundTrip(Request request, Update update) => request.RoundTrip ?? TimeSpan.FromMilliseconds(Now - update.CreatedMs);

    private static ApiException Gone(Stack stack) => ApiException.NotFound($"Stack '{stack.FullName}' not found");

    private sealed record Request(
        Stack Stack,
        string UpdateId,
        IReadOnlyDictionary<string, string>? Tags,
        int? JournalVersion,
        string Client,
        TimeSpan? RoundTrip
    );

    private sealed record Outcome(Started? Started, Update? Holder);
}

/// <summary>A running update as its client learns of it.</summary>
public sealed record Started(string UpdateId, long Version, Lease Lease, long LeaseExpiresMs, int JournalVersion);
