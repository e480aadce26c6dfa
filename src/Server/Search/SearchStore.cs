using Server.Data;
using Server.Organizations;

namespace Server.Search;

/// <summary>A resource that was found, with the stack that it belongs to. Times are Unix milliseconds; 0 is unknown.</summary>
public sealed record SearchRow
{
    public required string StateId { get; init; }
    public required long Ordinal { get; init; }
    public required string Project { get; init; }
    public required string Stack { get; init; }
    public required string Urn { get; init; }
    public required string Type { get; init; }
    public required string Name { get; init; }
    public required string Package { get; init; }
    public required string PhysicalId { get; init; }
    public required string Parent { get; init; }
    public required string Provider { get; init; }
    public required bool Custom { get; init; }
    public required bool Protect { get; init; }
    public required bool External { get; init; }
    public required bool IsDeleted { get; init; }
    public required string Pending { get; init; }
    public required long CreatedMs { get; init; }
    public required long ModifiedMs { get; init; }
    public required string Dependencies { get; init; }
    public required long Start { get; init; }
    public required long Length { get; init; }
}

/// <param name="Term">Null for everything.</param>
/// <param name="Sort">A field.</param>
public sealed record SearchRequest(SearchTerm? Term, string Sort, bool Ascending, long Skip, long Count);

/// <summary>How often a value occurs.</summary>
public sealed record SearchBucket
{
    public required string Name { get; init; }
    public required long Count { get; init; }
}

/// <summary>Searches the index of resources, in all stacks of an organization.</summary>
public sealed class SearchStore(Database database)
{
    public Task<List<SearchRow>> Rows(Organization organization, SearchRequest request, CancellationToken ct)
    {
        Sql order = request.Ascending ? (Sql)$"{SearchSql.Column(request.Sort)} ASC" : $"{SearchSql.Column(request.Sort)} DESC";
        return database.Query<SearchRow>(
            $"""
            SELECT r.state_id, r.ordinal, s.project, s.name AS stack, r.urn, r.type, r.name, r.package, r.physical_id, r.parent, r.provider,
              r.custom, r.protect, r.external, r.is_deleted, r.pending, r.created_ms, r.modified_ms, r.dependencies, r.start, r.length
            FROM {Fitting(organization, request.Term)}
            ORDER BY {order}, s.project, s.name, r.ordinal LIMIT {request.Count} OFFSET {request.Skip}
            """,
            ct
        );
    }

    public async Task<long> Total(Organization organization, SearchTerm? term, CancellationToken ct) =>
        await database.QueryOne<long>($"SELECT COUNT(*) FROM {Fitting(organization, term)}", ct);

    /// <summary>The values of a field, the most frequent first.</summary>
    public Task<List<SearchBucket>> Buckets(Organization organization, SearchTerm? term, string field, CancellationToken ct)
    {
        var column = SearchSql.Column(field);
        return database.Query<SearchBucket>(
            $"""
            SELECT CAST({column} AS TEXT) AS name, COUNT(*) AS count FROM {Fitting(organization, term)}
            GROUP BY {column} ORDER BY COUNT(*) DESC, name
            """,
            ct
        );
    }

    private static Sql Fitting(Organization organization, SearchTerm? term) =>
        $"""
            stacks s JOIN stack_index i ON i.stack_id = s.id JOIN resources r ON r.state_id = i.state_id
            WHERE s.organization_id = {organization.Id} AND s.deleted_ms = 0 AND {ReadableStacks.Of(organization)} AND ({SearchSql.Of(
                term
            )})
            """;
}
