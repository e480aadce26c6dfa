using Server.Auth;
using Server.Data;

namespace Server.State;

/// <summary>
/// Owns <c>states</c>, <c>state_parts</c> and <c>states_to_index</c>: the versions of the states of stacks. The newest is kept whole, older ones as differences from the next
/// (docs/decisions/0004-state-versions.md).
/// </summary>
public sealed class StateStore(Database database, TimeProvider clock)
{
    /// <summary>What a stack without a state exports. The client takes it for empty, and it is an object as the published API says; it would refuse <c>{}</c>.</summary>
    public static ReadOnlyMemory<byte> Empty { get; } =
        """{"version":3,"deployment":{"manifest":{"time":"0001-01-01T00:00:00Z","magic":"","version":""}}}"""u8.ToArray();

    public Task<StateVersion?> Latest(string stackId, CancellationToken ct) => database.QueryOne<StateVersion>(NewestOf(stackId), ct);

    /// <inheritdoc cref="Latest(string, CancellationToken)"/>
    public Task<StateVersion?> Latest(Transaction transaction, string stackId) => transaction.QueryOne<StateVersion>(NewestOf(stackId));

    /// <summary>What the stack's state was after an update, which may have left it as it was.</summary>
    public Task<StateVersion?> AsOf(string stackId, long version, CancellationToken ct) =>
        database.QueryOne<StateVersion>(
            $"SELECT * FROM states WHERE stack_id = {stackId} AND version <= {version} ORDER BY version DESC LIMIT 1",
            ct
        );

    public Task<StateVersion?> Find(string stackId, long version, CancellationToken ct) =>
        database.QueryOne<StateVersion>($"SELECT * FROM states WHERE stack_id = {stackId} AND version = {version}", ct);

    /// <summary>Of each stack the first state and the last, or the only one.</summary>
    public Task<List<StateVersion>> NewestAndOldest(CancellationToken ct) =>
        database.Query<StateVersion>(
            $"""
            SELECT s.* FROM states s
            JOIN (SELECT stack_id, MIN(version) AS first, MAX(version) AS last FROM states GROUP BY stack_id) ends ON ends.stack_id = s.stack_id
            WHERE s.version = ends.first OR s.version = ends.last ORDER BY s.stack_id, s.version
            """,
            ct
        );

    public Task<StateVersion?> FindById(string id, CancellationToken ct) =>
        database.QueryOne<StateVersion>($"SELECT * FROM states WHERE id = {id}", ct);

    /// <returns>The text, to the byte as it was saved.</returns>
    public Task<StateText> Read(StateVersion state, CancellationToken ct) =>
        database.Read(transaction => StateTexts.Read(transaction, state), ct);

    /// <summary>The text to be read once, without ever having the whole of it in memory.</summary>
    internal StoredText Open(StateVersion state) => new(database, state);

    /// <summary>A stretch of the text, without reading the rest where the state is kept whole.</summary>
    public Task<byte[]> Read(StateVersion state, long start, int length, CancellationToken ct) =>
        database.Read(transaction => StateTexts.Read(transaction, state, start, length), ct);

    /// <returns>New states that nobody has indexed yet, those of a stack in their order.</returns>
    public Task<List<StateVersion>> ToIndex(int count, CancellationToken ct) =>
        database.Query<StateVersion>(
            $"SELECT s.* FROM states_to_index t JOIN states s ON s.id = t.state_id ORDER BY s.stack_id, s.version LIMIT {count}",
            ct
        );

    /// <summary>The index is a moment behind the stack's state.</summary>
    public async Task<bool> AwaitsIndex(string stackId, CancellationToken ct) =>
        await database.QueryOne<long>($"SELECT COUNT(*) FROM states_to_index WHERE stack_id = {stackId}", ct) > 0;

    public async Task<bool> IsFirst(StateVersion state, CancellationToken ct) =>
        await database.QueryOne<long>($"SELECT COUNT(*) FROM states WHERE stack_id = {state.StackId} AND version < {state.Version}", ct)
        == 0;

    /// <returns>False if somebody else has said so before.</returns>
    public static async Task<bool> Indexed(Transaction transaction, string stateId) =>
        await transaction.Execute($"DELETE FROM states_to_index WHERE state_id = {stateId}") == 1;

    /// <summary>Writes the text as the whole answer.</summary>
    /// <param name="gzip">The client takes gzip: then what is stored goes out as it lies.</param>
    public Task WriteTo(HttpResponse response, StateVersion state, bool gzip, CancellationToken ct) =>
        new StateExport(database, this).Write(response, state, gzip, ct);

    /// <summary>Checks a text, compresses it and writes it to disk, up to its last part.</summary>
    /// <exception cref="ApiException">400: it is not an UntypedDeployment.</exception>
    public Task<StagedState> Stage(string stackId, ReadOnlyMemory<byte> text, CancellationToken ct) =>
        Stage(stackId, text, StateInspection.Of(text), ct);

    /// <summary>As <see cref="Stage(string, ReadOnlyMemory{byte}, CancellationToken)"/>, of what has been looked at already.</summary>
    public Task<StagedState> Stage(string stackId, FoldedState state, CancellationToken ct) =>
        Stage(stackId, state.Text, new(state.ResourceCount, state.IntegrityError), ct);

    /// <summary>As <see cref="Stage(string, ReadOnlyMemory{byte}, CancellationToken)"/>, without ever having the whole text in memory.</summary>
    /// <param name="check">Throws if the state is not wanted after all.</param>
    /// <exception cref="ApiException">400: it is not an UntypedDeployment.</exception>
    public Task<StagedState> Stage(string stackId, Stream text, Func<StateInspection, Task> check, CancellationToken ct) =>
        Write(
            stackId,
            async parts =>
            {
                var inspection = await StateInspection.Of(text, parts.Write, ct);
                await check(inspection);
                return inspection;
            },
            ct
        );

    /// <summary>As <see cref="Stage(string, ReadOnlyMemory{byte}, CancellationToken)"/>, of what has been looked at already.</summary>
    public Task<StagedState> Stage(string stackId, ReadOnlyMemory<byte> text, StateInspection inspection, CancellationToken ct) =>
        Write(
            stackId,
            async parts =>
            {
                await parts.Write(text);
                return inspection;
            },
            ct,
            text
        );

    /// <summary>Makes a staged state the newest of its stack.</summary>
    /// <param name="version">Larger than that of any state the stack has.</param>
    public async Task<StateVersion> Commit(Transaction transaction, StagedState staged, long version)
    {
        var state = new StateVersion
        {
            Id = staged.Id,
            StackId = staged.StackId,
            Version = version,
            Size = staged.Size,
            StoredSize = staged.StoredSize,
            ResourceCount = staged.ResourceCount,
            IntegrityError = staged.IntegrityError,
            CreatedMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        if (staged.Older is { } older)
        {
            await Shrink(transaction, older, state);
        }
        await transaction.Execute(StatePartWriter.Insertion(state.Id, staged.LastPart));
        await transaction.Execute(
            $"""
            INSERT INTO states (id, stack_id, version, size, stored_size, resource_count, integrity_error, created_ms)
            VALUES ({state.Id}, {state.StackId}, {state.Version}, {state.Size}, {state.StoredSize}, {state.ResourceCount},
                    {state.IntegrityError}, {state.CreatedMs})
            """
        );
        await transaction.Execute(
            $"INSERT INTO states_to_index (state_id, stack_id, version) VALUES ({state.Id}, {state.StackId}, {state.Version})"
        );
        return state;
    }

    private async Task<StagedState> Write(
        string stackId,
        Func<StatePartWriter, Task<StateInspection>> write,
        CancellationToken ct,
        ReadOnlyMemory<byte> text = default
    )
    {
        var id = Guid.CreateVersion7().ToString();
        var parts = new StatePartWriter(database, id, ct);
        try
        {
            var inspection = await write(parts);
            var older = text.IsEmpty ? null : await new OlderVersions(database, this).Shrink(stackId, text, ct);
            await parts.Finish();
            return new()
            {
                Id = id,
                StackId = stackId,
                Size = parts.Size,
                StoredSize = parts.StoredSize,
                ResourceCount = inspection.Resources,
                IntegrityError = inspection.IntegrityError,
                LastPart = parts.Last!,
                Older = older,
            };
        }
        catch
        {
            await parts.Abandon();
            throw;
        }
    }

    private static Sql NewestOf(string stackId) => $"SELECT * FROM states WHERE stack_id = {stackId} ORDER BY version DESC LIMIT 1";

    /// <summary>Nothing happens if somebody else has saved a state since this one was staged.</summary>
    private static async Task Shrink(Transaction transaction, OlderState older, StateVersion newer)
    {
        var isNewest = await transaction.Execute(
            $"""
            UPDATE states SET newer_id = {newer.Id}, stored_size = {older.Delta.LongLength}
            WHERE id = {older.Id} AND newer_id IS NULL
              AND version = (SELECT MAX(version) FROM states WHERE stack_id = {newer.StackId})
            """
        );
        if (isNewest == 1)
        {
            await transaction.Execute($"DELETE FROM state_parts WHERE state_id = {older.Id}");
            await transaction.Execute(StatePartWriter.Insertion(older.Id, new(0, older.Delta)));
        }
    }
}
