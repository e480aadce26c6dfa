using Server.Data;
using Server.State;

namespace Server.Resources;

/// <summary>
/// Owns <c>stack_index</c>, <c>resources</c>, <c>resource_properties</c> and <c>resource_changes</c>. Rows of a new state are written beside those of the one before, in small units
/// of work so that no update waits for them, and take their place in one step.
/// </summary>
public sealed class ResourceIndexStore(Database database)
{
    /// <summary>In a unit of work and in a statement: others wait about a millisecond for them, and SQLite looks each parameter up among all of a statement's.</summary>
    private const int RowsAtOnce = 20;

    /// <returns>Null if nothing of the stack has been indexed yet.</returns>
    public Task<IndexedState?> Find(string stackId, CancellationToken ct) =>
        database.QueryOne<IndexedState>($"SELECT state_id, version, has_readme FROM stack_index WHERE stack_id = {stackId}", ct);

    /// <summary>Puts the rows of a state in the place of those that the stack had.</summary>
    internal async Task Replace(StateVersion state, IndexReader read, IndexedState? before, CancellationToken ct)
    {
        await read.Rows(rows => Insert(state, rows, ct), ct);
        var won = await database.Write(
            async transaction =>
                await StateStore.Indexed(transaction, state.Id)
                && await transaction.Execute(
                    $"""
                    INSERT INTO stack_index (stack_id, state_id, version, has_readme)
                    VALUES ({state.StackId}, {state.Id}, {state.Version}, {read.HasReadme})
                    ON CONFLICT (stack_id) DO UPDATE
                    SET state_id = excluded.state_id, version = excluded.version, has_readme = excluded.has_readme
                    WHERE stack_index.version < excluded.version
                    """
                ) == 1,
            ct
        );
        if (won && before is not null)
        {
            await Remove(before.StateId, ct);
        }
        if (!won && (await Find(state.StackId, ct))?.StateId != state.Id)
        {
            await Remove(state.Id, ct); // another process was ahead, with a newer one
        }
    }

    /// <summary>There is nothing to keep of this state: a newer one follows, or it cannot be read.</summary>
    public async Task PassBy(string stateId, CancellationToken ct)
    {
        await database.Write(transaction => StateStore.Indexed(transaction, stateId), ct);
        await Remove(stateId, ct); // of a process that died over it
    }

    public async Task AddChanges(string stackId, long version, IEnumerable<ResourceChange> changes, CancellationToken ct)
    {
        foreach (var part in changes.Chunk(RowsAtOnce))
        {
            var rows = part.Select(c => new object[] { stackId, c.UrnEnd, version, c.Change }).ToList();
            await database.WriteBehind(
                transaction =>
                    transaction.Execute(
                        $"INSERT INTO resource_changes (stack_id, urn_end, version, change) VALUES {rows} ON CONFLICT DO NOTHING"
                    ),
                ct
            );
        }
    }

    public Task<List<IndexedResource>> All(string stateId, CancellationToken ct) =>
        database.Query<IndexedResource>($"SELECT * FROM resources WHERE state_id = {stateId} ORDER BY ordinal", ct);

    /// <summary>Of what is not waiting to be deleted, by the end of the URN.</summary>
    public async Task<Dictionary<string, long>> Digests(string stateId, CancellationToken ct)
    {
        var digests = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (
            var (urn, digest) in await database.Query<ResourceDigest>(
                $"SELECT urn, digest FROM resources WHERE state_id = {stateId} AND is_deleted = {false} ORDER BY ordinal",
                ct
            )
        )
        {
            digests[IndexedResource.EndOf(urn)] = digest;
        }
        return digests;
    }

    /// <summary>What a graph is drawn from.</summary>
    public Task<List<ResourceEdges>> Edges(string stateId, CancellationToken ct) =>
        database.Query<ResourceEdges>($"SELECT urn, parent, dependencies FROM resources WHERE state_id = {stateId} ORDER BY ordinal", ct);

    private async Task Remove(string stateId, CancellationToken ct)
    {
        for (var end = RowsAtOnce; await database.WriteBehind(transaction => Remove(transaction, stateId, end), ct) > 0; end += RowsAtOnce)
        { }
    }

    private static async Task<int> Remove(Transaction transaction, string stateId, long end) =>
        await transaction.Execute($"DELETE FROM resource_properties WHERE state_id = {stateId} AND ordinal < {end}")
        + await transaction.Execute($"DELETE FROM resources WHERE state_id = {stateId} AND ordinal < {end}");

    private async Task Insert(StateVersion state, List<IndexedResource> rows, CancellationToken ct)
    {
        foreach (var part in rows.Chunk(RowsAtOnce))
        {
            await database.WriteBehind(
                async transaction =>
                {
                    await transaction.Execute(Insertion(state, part));
                    await transaction.Execute(PropertyInsertion(state, part));
                    return true;
                },
                ct
            );
        }
    }

    private static Sql PropertyInsertion(StateVersion state, IEnumerable<IndexedResource> part)
    {
        var rows = part.Select(r => new object[] { state.Id, r.Ordinal, state.StackId, r.Properties }).ToList();
        return $"INSERT INTO resource_properties (state_id, ordinal, stack_id, lines) VALUES {rows} ON CONFLICT DO NOTHING";
    }

    private static Sql Insertion(StateVersion state, IEnumerable<IndexedResource> part)
    {
        var rows = part.Select(r =>
                new object[]
                {
                    state.Id,
                    r.Ordinal,
                    state.StackId,
                    r.Urn,
                    r.Type,
                    r.Name,
                    r.Package,
                    r.PhysicalId,
                    r.Parent,
                    r.Provider,
                    r.Custom,
                    r.Protect,
                    r.External,
                    r.IsDeleted,
                    r.Pending,
                    r.CreatedMs,
                    r.ModifiedMs,
                    r.Dependencies,
                    r.Start,
                    r.Length,
                    r.Digest,
                }
            )
            .ToList();
        return $"""
            INSERT INTO resources (state_id, ordinal, stack_id, urn, type, name, package, physical_id, parent, provider, custom, protect,
              external, is_deleted, pending, created_ms, modified_ms, dependencies, start, length, digest)
            VALUES {rows} ON CONFLICT DO NOTHING
            """;
    }
}

/// <param name="Change"><c>created</c>, <c>changed</c> or <c>deleted</c></param>
public sealed record ResourceChange(string UrnEnd, string Change);

internal sealed record ResourceDigest(string Urn, long Digest);
