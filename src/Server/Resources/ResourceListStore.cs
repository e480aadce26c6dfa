using Server.Data;

namespace Server.Resources;

/// <param name="Search">A part of the URN or of the provider's id; empty for all.</param>
/// <param name="Type">Empty for all.</param>
/// <param name="Package">Empty for all.</param>
public sealed record ResourceQuery(string Search, string Type, string Package, bool ProtectedOnly);

public sealed record ResourceListPage(
    long Total,
    IReadOnlyList<IndexedResource> Rows,
    IReadOnlyList<Counted> Types,
    IReadOnlyList<Counted> Packages
);

public sealed record Counted
{
    public required string Name { get; init; }
    public required long Count { get; init; }
}

/// <summary>Reads what the index holds of a stack.</summary>
public sealed class ResourceListStore(Database database)
{
    private const int MostChoices = 300;

    public Task<ResourceListPage> Page(string stateId, ResourceQuery query, long skip, long count, CancellationToken ct) =>
        database.Read(
            async transaction =>
            {
                var types = await transaction.Query<Counted>(
                    $"SELECT type AS name, COUNT(*) AS count FROM resources WHERE state_id = {stateId} GROUP BY type ORDER BY type LIMIT {MostChoices}"
                );
                var packages = await transaction.Query<Counted>(
                    $"SELECT package AS name, COUNT(*) AS count FROM resources WHERE state_id = {stateId} GROUP BY package ORDER BY package LIMIT {MostChoices}"
                );
                var pattern = Like.Containing(query.Search);
                var total = await transaction.QueryOne<long>(
                    $"""
                    SELECT COUNT(*) FROM resources
                    WHERE state_id = {stateId} AND ({query.Search.Length
                        == 0} OR LOWER(urn) LIKE {pattern} ESCAPE '!' OR LOWER(physical_id) LIKE {pattern} ESCAPE '!')
                      AND ({query.Type.Length == 0} OR type = {query.Type}) AND ({query.Package.Length == 0} OR package = {query.Package})
                      AND ({!query.ProtectedOnly} OR protect)
                    """
                );
                var rows = await transaction.Query<IndexedResource>(
                    $"""
                    SELECT * FROM resources
                    WHERE state_id = {stateId} AND ({query.Search.Length
                        == 0} OR LOWER(urn) LIKE {pattern} ESCAPE '!' OR LOWER(physical_id) LIKE {pattern} ESCAPE '!')
                      AND ({query.Type.Length == 0} OR type = {query.Type}) AND ({query.Package.Length == 0} OR package = {query.Package})
                      AND ({!query.ProtectedOnly} OR protect)
                    ORDER BY ordinal LIMIT {count} OFFSET {skip}
                    """
                );
                return new ResourceListPage(total, rows, types, packages);
            },
            ct
        );

    /// <summary>One of that URN; the one that is not about to be deleted where there are several.</summary>
    public Task<IndexedResource?> Find(string stateId, string urn, CancellationToken ct) =>
        database.QueryOne<IndexedResource>(
            $"SELECT * FROM resources WHERE state_id = {stateId} AND urn = {urn} ORDER BY is_deleted, ordinal LIMIT 1",
            ct
        );

    public Task<IndexedResource?> FirstOfType(string stateId, string type, CancellationToken ct) =>
        database.QueryOne<IndexedResource>(
            $"SELECT * FROM resources WHERE state_id = {stateId} AND type = {type} ORDER BY ordinal LIMIT 1",
            ct
        );

    public Task<List<IndexedResource>> ChildrenOf(string stateId, string urn, int count, CancellationToken ct) =>
        database.Query<IndexedResource>(
            $"SELECT * FROM resources WHERE state_id = {stateId} AND parent = {urn} ORDER BY ordinal LIMIT {count}",
            ct
        );

    public Task<List<IndexedResource>> DependantsOf(string stateId, long ordinal, int count, CancellationToken ct)
    {
        var pattern = $"%,{ordinal},%";
        return database.Query<IndexedResource>(
            $"SELECT * FROM resources WHERE state_id = {stateId} AND dependencies LIKE {pattern} ORDER BY ordinal LIMIT {count}",
            ct
        );
    }

    public Task<List<IndexedResource>> At(string stateId, IEnumerable<long> ordinals, CancellationToken ct) =>
        database.Query<IndexedResource>(
            $"SELECT * FROM resources WHERE state_id = {stateId} AND ordinal IN {ordinals} ORDER BY ordinal",
            ct
        );

    /// <summary>What has happened to a resource, the last first.</summary>
    public Task<List<ResourceEvent>> History(string stackId, string urn, int count, CancellationToken ct)
    {
        var end = IndexedResource.EndOf(urn);
        return database.Query<ResourceEvent>(
            $"""
            SELECT c.version, c.change, COALESCE(u.kind, '') AS kind, COALESCE(u.ended_ms, 0) AS ended_ms, COALESCE(a.login, '') AS login
            FROM resource_changes c
            LEFT JOIN updates u ON u.stack_id = c.stack_id AND u.version = c.version AND NOT u.dry_run
            LEFT JOIN accounts a ON a.id = u.requested_by
            WHERE c.stack_id = {stackId} AND c.urn_end = {end}
            ORDER BY c.version DESC LIMIT {count}
            """,
            ct
        );
    }
}

/// <summary>An update that changed a resource.</summary>
public sealed record ResourceEvent
{
    public required long Version { get; init; }

    /// <summary><c>created</c>, <c>changed</c> or <c>deleted</c></summary>
    public required string Change { get; init; }

    public required string Kind { get; init; }
    public required long EndedMs { get; init; }

    /// <summary>Of who asked for the update; empty if the account is gone.</summary>
    public required string Login { get; init; }
}
