using Microsoft.Net.Http.Headers;
using Server.Auth;
using Server.Data;

namespace Server.State;

/// <summary>Owns <c>states</c> and <c>state_parts</c>: the versions of the states of stacks.</summary>
public sealed class StateStore(Database database, TimeProvider clock)
{
    /// <summary>What a stack without a state exports. The client takes it for empty; it would refuse <c>{}</c>.</summary>
    public static ReadOnlyMemory<byte> Empty { get; } = """{"version":3,"deployment":null}"""u8.ToArray();

    public Task<StateVersion?> Latest(string stackId, CancellationToken ct) => database.QueryOne<StateVersion>(NewestOf(stackId), ct);

    public Task<StateVersion?> Find(string stackId, long version, CancellationToken ct) =>
        database.QueryOne<StateVersion>($"SELECT * FROM states WHERE stack_id = {stackId} AND version = {version}", ct);

    public Task<StateVersion?> FindById(string id, CancellationToken ct) =>
        database.QueryOne<StateVersion>($"SELECT * FROM states WHERE id = {id}", ct);

    /// <returns>The text, to the byte as it was saved.</returns>
    public Task<byte[]> Read(StateVersion state, CancellationToken ct) =>
        database.Read(
            async transaction =>
            {
                var text = GC.AllocateUninitializedArray<byte>(checked((int)state.Size));
                var length = 0;
                for (var ordinal = 0; length < text.Length; ordinal++)
                {
                    var part =
                        await transaction.QueryOne<byte[]>(PartOf(state.Id, ordinal))
                        ?? throw new InvalidDataException($"State {state.Id} has no part {ordinal}.");
                    length += Gzip.Decompress(part, text.AsSpan(length));
                }
                return text;
            },
            ct
        );

    /// <summary>Writes the text as the whole answer.</summary>
    /// <param name="gzip">The client takes gzip: then what is stored goes out as it lies.</param>
    public async Task WriteTo(HttpResponse response, StateVersion state, bool gzip, CancellationToken ct)
    {
        response.ContentType = "application/json";
        response.ContentLength = gzip ? state.StoredSize : state.Size;
        if (gzip)
        {
            response.Headers[HeaderNames.ContentEncoding] = "gzip";
        }
        var text = gzip ? [] : GC.AllocateUninitializedArray<byte>(Gzip.MemberSize);
        var sent = 0L;
        for (var ordinal = 0; sent < state.Size; ordinal++)
        {
            var part =
                await database.QueryOne<byte[]>(PartOf(state.Id, ordinal), ct)
                ?? throw new InvalidDataException($"State {state.Id} has no part {ordinal}.");
            var size = gzip ? Gzip.SizeOf(part) : Gzip.Decompress(part, text);
            await response.Body.WriteAsync(gzip ? part : text.AsMemory(0, size), ct);
            sent += size;
        }
    }

    /// <summary>Checks a text, compresses it and writes it to disk, up to its last part.</summary>
    /// <exception cref="ApiException">400: it is not an UntypedDeployment.</exception>
    public async Task<StagedState> Stage(string stackId, ReadOnlyMemory<byte> text, CancellationToken ct)
    {
        var (resources, error) = StateInspection.Inspect(text);
        return await Stage(stackId, text, resources, error, ct);
    }

    /// <summary>As <see cref="Stage(string, ReadOnlyMemory{byte}, CancellationToken)"/>, of what has been looked at already.</summary>
    public Task<StagedState> Stage(string stackId, FoldedState state, CancellationToken ct) =>
        Stage(stackId, state.Text, state.ResourceCount, state.IntegrityError, ct);

    /// <summary>As <see cref="Stage(string, ReadOnlyMemory{byte}, CancellationToken)"/>, without ever having the whole text in memory.</summary>
    public async Task<StagedState> Stage(string stackId, Stream text, CancellationToken ct)
    {
        using var whole = new MemoryStream();
        await text.CopyToAsync(whole, ct);
        return await Stage(stackId, whole.GetBuffer().AsMemory(0, (int)whole.Length), ct);
    }

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
        await transaction.Execute(Insertion(state.Id, staged.LastPart));
        await transaction.Execute(
            $"""
            INSERT INTO states (id, stack_id, version, newer_id, size, stored_size, resource_count, integrity_error, created_ms)
            VALUES ({state.Id}, {state.StackId}, {state.Version}, {state.NewerId}, {state.Size}, {state.StoredSize},
                    {state.ResourceCount}, {state.IntegrityError}, {state.CreatedMs})
            """
        );
        return state;
    }

    private async Task<StagedState> Stage(string stackId, ReadOnlyMemory<byte> text, int resources, string? error, CancellationToken ct)
    {
        var id = Guid.CreateVersion7().ToString();
        var stored = 0L;
        for (var ordinal = 0L; ; ordinal++)
        {
            var start = ordinal * Gzip.MemberSize;
            var length = Math.Min(Gzip.MemberSize, text.Length - start);
            var part = new StatePart(ordinal, Gzip.Compress(text.Span.Slice((int)start, (int)length)));
            stored += part.Body.Length;
            if (start + length == text.Length)
            {
                return new()
                {
                    Id = id,
                    StackId = stackId,
                    Size = text.Length,
                    ResourceCount = resources,
                    IntegrityError = error,
                    LastPart = part,
                    StoredSize = stored,
                };
            }
            await database.Execute(Insertion(id, part), ct);
        }
    }

    private static Sql NewestOf(string stackId) => $"SELECT * FROM states WHERE stack_id = {stackId} ORDER BY version DESC LIMIT 1";

    private static Sql PartOf(string stateId, long ordinal) =>
        $"SELECT body FROM state_parts WHERE state_id = {stateId} AND ordinal = {ordinal}";

    private static Sql Insertion(string stateId, StatePart part) =>
        $"INSERT INTO state_parts (state_id, ordinal, body) VALUES ({stateId}, {part.Ordinal}, {part.Body})";
}
