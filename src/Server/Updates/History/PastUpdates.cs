using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Stacks;
using Server.State;
using Wire;

namespace Server.Updates.History;

/// <summary>
/// Takes updates that were made elsewhere into the history of a stack to which nothing has happened yet: oldest first, each once. They stay marked
/// as imported, and so does who has done it: nobody here can vouch for what they tell (docs/decisions/0016-imported-history.md).
/// </summary>
public sealed class PastUpdates(
    Database database,
    UpdateStore updates,
    StackStore stacks,
    StateStore states,
    Ending ending,
    UpdateLogging logging,
    TimeProvider clock
)
{
    public const int LargestBatch = 100;
    private const int Tries = 5;
    private const long LargestVersion = 1_000_000_000;
    private static readonly DateTimeOffset LatestTime = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Kinds = ["update", "refresh", "destroy", "rename", UpdateKind.Import, UpdateKind.ResourceImport];

    public Task<PastUpdatesStatus> Status(Stack stack, CancellationToken ct) =>
        database.Read(
            async transaction =>
            {
                var now = await stacks.FindById(transaction, stack.Id) ?? stack;
                return await Status(transaction, now, now.ResourceCount);
            },
            ct
        );

    /// <exception cref="ApiException">400: one of them is no past update. 409: the stack takes none, or has these already.</exception>
    public Task<PastUpdatesStatus> Add(
        Stack stack,
        Caller caller,
        Actor actor,
        string client,
        IReadOnlyList<HistoryEntry>? entries,
        CancellationToken ct
    )
    {
        if (entries is not { Count: > 0 and <= LargestBatch } || entries.Any(e => e is null))
        {
            throw ApiException.BadRequest($"'updates' must be a list of 1 to {LargestBatch} updates, oldest first.");
        }
        var batch = entries.Select(e => (Past: Check(e), Update: Describe(e, stack, caller, client))).ToList();
        if (batch.Zip(batch.Skip(1)).Any(pair => pair.First.Past.Version >= pair.Second.Past.Version))
        {
            throw ApiException.BadRequest("'updates' must be in the order of their versions, each once.");
        }
        var (first, last) = (batch[0].Past.Version, batch[^1].Past.Version);
        return Change(
            stack,
            async (transaction, now) =>
            {
                if (first <= now.Version)
                {
                    throw ApiException.Conflict($"The stack '{now.FullName}' has version {now.Version} already; go on after that.");
                }
                foreach (var (past, update) in batch)
                {
                    var id = NewId();
                    await updates.Insert(transaction, id, update, UpdateStatus.NotStarted);
                    await updates.SetPast(transaction, id, past);
                }
                var which = first == last ? $"update {first}" : $"updates {first} to {last}";
                await logging.ImportedPast(
                    transaction,
                    now,
                    actor,
                    $"Imported the past {which} into the history of {now.FullName}, as made elsewhere"
                );
                return new(last, now.ResourceCount);
            },
            ct
        );
    }

    /// <param name="opens">As of <see cref="Importing"/>.</param>
    /// <exception cref="ApiException">400: it is no state. 404: no such update was imported. 409: the stack takes none, or has it already.</exception>
    public async Task<PastUpdatesStatus> AddState(
        Stack stack,
        Actor actor,
        long version,
        ReadOnlyMemory<byte> text,
        Func<byte[], Task<bool>> opens,
        CancellationToken ct
    )
    {
        var inspection = StateInspection.Of(text, foreign: true);
        await Importing.Check(inspection, stack, opens);
        var staged = await states.Stage(stack.Id, text, inspection, ct);
        return await Change(
            stack,
            async (transaction, now) =>
            {
                var id =
                    await UpdateStore.IdOf(transaction, stack.Id, version)
                    ?? throw ApiException.NotFound(
                        $"Stack '{now.FullName}' has no version {version}; send the past update before its state"
                    );
                if (await states.Latest(transaction, stack.Id) is { } latest && latest.Version >= version)
                {
                    throw ApiException.Conflict(
                        $"The stack '{now.FullName}' has the state of version {latest.Version} already; go on after that."
                    );
                }
                await states.Commit(transaction, staged, version);
                await UpdateStore.SetResourceCount(transaction, id, staged.ResourceCount);
                await logging.ImportedPast(transaction, now, actor, $"Imported the state of the past update {version} of {now.FullName}");
                return new(now.Version, staged.ResourceCount);
            },
            ct
        );
    }

    /// <summary>One unit of work that has the stack for itself.</summary>
    private async Task<PastUpdatesStatus> Change(Stack stack, Func<Transaction, Stack, Task<Changed>> change, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            var (status, holder) = await database.Write(transaction => Try(transaction, stack, change), ct);
            if (status is not null)
            {
                return status;
            }
            if (tries == Tries || holder is not null && !await ending.TakeOver(holder, ct))
            {
                throw Refusal.Busy(holder, clock);
            }
        }
    }

    private async Task<(PastUpdatesStatus? Status, Update? Holder)> Try(
        Transaction transaction,
        Stack asked,
        Func<Transaction, Stack, Task<Changed>> change
    )
    {
        var lease = NewId();
        if (!await stacks.TakeLease(transaction, asked.Id, lease))
        {
            return (null, await Starting.Holder(transaction, stacks, asked));
        }
        var stack = (await stacks.FindById(transaction, asked.Id))!;
        if (!await IsOpen(transaction, stack, stack.ResourceCount))
        {
            throw ApiException.Conflict(
                $"Something has happened to the stack '{stack.FullName}' already, so it takes no past updates. Make a new stack for them."
            );
        }
        var changed = await change(transaction, stack);
        await stacks.ReleaseLease(transaction, stack.Id, lease, changed.Version, changed.ResourceCount);
        await stacks.SetLatestUpdate(transaction, stack.Id, (await UpdateStore.IdOf(transaction, stack.Id, changed.Version))!);
        return (await Status(transaction, stack with { Version = changed.Version }, changed.ResourceCount), null);
    }

    private async Task<PastUpdatesStatus> Status(Transaction transaction, Stack stack, long resources) =>
        new(await IsOpen(transaction, stack, resources), stack.Version, (await states.Latest(transaction, stack.Id))?.Version ?? 0);

    /// <summary>A stack may begin with a state, which names its secrets provider; if that has resources, it has a past already.</summary>
    private static async Task<bool> IsOpen(Transaction transaction, Stack stack, long resources) =>
        (stack.Version > 0 || resources <= 0) && !await UpdateStore.HasOwn(transaction, stack.Id);

    private static Past Check(HistoryEntry entry)
    {
        if (entry.Version is < 1 or > LargestVersion)
        {
            throw ApiException.BadRequest($"'{entry.Version}' is not a version, which is a number from 1 to {LargestVersion}.");
        }
        if (!Kinds.Contains(entry.Kind))
        {
            throw Wrong(entry, $"its kind must be one of {string.Join(", ", Kinds)}");
        }
        if (entry.Result is not (UpdateStatus.Succeeded or UpdateStatus.Failed))
        {
            throw Wrong(entry, $"its result must be {UpdateStatus.Succeeded} or {UpdateStatus.Failed}: it has to be over");
        }
        if (entry.StartTime < 0 || entry.EndTime < entry.StartTime || entry.EndTime > LatestTime.ToUnixTimeSeconds())
        {
            throw Wrong(entry, "its times must be seconds since 1970, and it cannot end before it starts");
        }
        return new(
            entry.Version,
            entry.Result,
            Math.Max(1, entry.StartTime * 1000), // 0 is never
            Math.Max(1, entry.EndTime * 1000),
            entry.ResourceChanges is { } changes ? Text(entry, changes, WireJson.Default.DictionaryStringInt64) : ""
        );
    }

    private static NewUpdate Describe(HistoryEntry entry, Stack stack, Caller caller, string client) =>
        new(
            stack.Id,
            entry.Kind,
            DryRun: false,
            caller.AccountId,
            "{}",
            Text(entry, entry.Config, WireJson.Default.DictionaryStringConfigValue),
            Text(entry, entry.Environment, WireJson.Default.DictionaryStringString),
            entry.Message ?? "",
            client
        )
        {
            TokenId = caller.TokenId,
        };

    private static string Text<T>(HistoryEntry entry, JsonElement element, JsonTypeInfo<T> type)
        where T : class, new()
    {
        try
        {
            var value = element.ValueKind is JsonValueKind.Undefined ? null : element.Deserialize(type);
            return JsonSerializer.Serialize(value ?? new(), type);
        }
        catch (JsonException)
        {
            throw Wrong(entry, "its config, environment and resourceChanges must be what `pulumi stack history` reads from a cloud");
        }
    }

    private static ApiException Wrong(HistoryEntry entry, string why) =>
        ApiException.BadRequest(string.Create(CultureInfo.InvariantCulture, $"The past update {entry.Version} is refused: {why}."));

    private string NewId() => Guid.CreateVersion7(clock.GetUtcNow()).ToString();

    /// <param name="Version">The stack's from now on.</param>
    private sealed record Changed(long Version, long ResourceCount);
}
