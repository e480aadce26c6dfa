using Server.Data;
using Server.Organizations;

namespace Server.Stacks;

/// <summary>What a table of stacks is asked for.</summary>
/// <param name="Search">A part of <c>project/name</c>; empty for all.</param>
public readonly record struct StackTableQuery(string Search, StackOrder Order, long Skip, int Count)
{
    /// <summary>Null for all.</summary>
    public string? Project { get; init; }

    /// <summary>Groups come before the order, those without last. Null for none.</summary>
    public StackGrouping? Grouping { get; init; }
}

/// <summary>By project, or by the values of a tag.</summary>
/// <param name="Tag">Null for the project.</param>
public sealed record StackGrouping(string? Tag);

/// <summary>How many of the stacks found are in a group.</summary>
public sealed record StackGroup
{
    /// <summary>The project or the tag's value; empty for those that do not have the tag.</summary>
    public required string Name { get; init; }
    public required long Count { get; init; }
}

/// <param name="Groups">Those that the rows are of, in their order; empty if they are not grouped.</param>
public sealed record StackTablePage(long Total, IReadOnlyList<StackRow> Rows, IReadOnlyList<StackGroup> Groups);

public enum StackOrder
{
    Name,
    Updated,
    Resources,
}

/// <summary>A stack as a row of the console's tables. Times are Unix milliseconds; 0 is never.</summary>
public sealed record StackRow
{
    public required string Id { get; init; }
    public required string Organization { get; init; }
    public required string Project { get; init; }
    public required string Name { get; init; }
    public required long LastUpdateMs { get; init; }

    /// <summary>-1 before the first state.</summary>
    public required long ResourceCount { get; init; }

    public string? RunningUpdateId { get; init; }

    /// <summary>As <see cref="StackGroup.Name"/>.</summary>
    public string GroupName { get; init; } = "";

    /// <summary>How the last finished update ended; null before the first.</summary>
    public string? LastResult { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whether its program gives it one; only known of a single stack.</summary>
    public bool? HasReadme { get; init; }

    /// <summary>How its last update stands, as a word for people.</summary>
    public string Result => RunningUpdateId is not null ? "running" : LastResult ?? "";

    /// <summary>The class that the word has in a page.</summary>
    public string ResultClass =>
        RunningUpdateId is not null ? "running"
        : LastResult == "failed" ? "failed"
        : "";
}

/// <summary>Reads tables of stacks for people: with the result of their last update, searched and sorted.</summary>
public sealed class StackTableStore(Database database)
{
    public Task<StackTablePage> Page(Organization organization, StackTableQuery query, CancellationToken ct) =>
        database.Read(
            async transaction =>
            {
                var pattern = Like.Containing(query.Search);
                var total = await transaction.QueryOne<long>(
                    $"""
                    SELECT COUNT(*) FROM stacks s
                    WHERE s.organization_id = {organization.Id} AND s.deleted_ms = 0 AND {ReadableStacks.Of(organization)}
                      AND ({query.Project is null} OR s.project = {query.Project ?? ""})
                      AND LOWER(s.project || '/' || s.name) LIKE {pattern} ESCAPE '!'
                    """
                );
                var rows = await transaction.Query<StackRow>(Rows(organization, pattern, query));
                var groups = query.Grouping is null
                    ? []
                    : await transaction.Query<StackGroup>(Groups(organization, pattern, query, rows.Select(r => r.GroupName).Distinct()));
                var tags = await transaction.Query<Tag>(
                    $"SELECT stack_id, name, value FROM stack_tags WHERE stack_id IN {rows.Select(r => r.Id)} ORDER BY name"
                );
                var own = tags.Where(t => !t.Name.Contains(':', StringComparison.Ordinal))
                    .ToLookup(t => t.StackId, t => $"{t.Name}: {t.Value}");
                return new StackTablePage(total, rows.ConvertAll(r => r with { Tags = [.. own[r.Id]] }), groups);
            },
            ct
        );

    /// <summary>The tags that stacks of an organization have, to group by.</summary>
    public Task<List<string>> TagNames(Organization organization, CancellationToken ct) =>
        database.Query<string>(
            $"""
            SELECT DISTINCT t.name FROM stack_tags t JOIN stacks s ON s.id = t.stack_id
            WHERE s.organization_id = {organization.Id} AND s.deleted_ms = 0 AND {ReadableStacks.Of(
                organization
            )} AND t.name <> {StackTags.Project}
            ORDER BY t.name LIMIT 200
            """,
            ct
        );

    /// <summary>The stacks of all organizations of a reader that were updated last: those that an update changes now first, then failed ones.</summary>
    public Task<List<StackRow>> Recent(IReadOnlyList<Organization> organizations, int count, CancellationToken ct) =>
        database.Query<StackRow>(
            $"""
            SELECT s.id, o.login AS organization, s.project, s.name, s.last_update_ms, s.resource_count, s.running_update_id,
              u.status AS last_result
            FROM organizations o
            JOIN stacks s ON s.organization_id = o.id
            LEFT JOIN updates u ON u.stack_id = s.id AND u.version = s.version AND NOT u.dry_run AND u.version > 0
            WHERE {ReadableStacks.Of(organizations)} AND s.deleted_ms = 0
            ORDER BY CASE WHEN s.running_update_id IS NOT NULL THEN 0 WHEN u.status = 'failed' THEN 1 ELSE 2 END,
              s.last_update_ms DESC, s.project, s.name
            LIMIT {count}
            """,
            ct
        );

    /// <summary>The stacks that an account has starred and may still see, by name.</summary>
    public Task<List<StackRow>> Starred(string accountId, IReadOnlyList<Organization> organizations, int count, CancellationToken ct) =>
        database.Query<StackRow>(
            $"""
            SELECT s.id, o.login AS organization, s.project, s.name, s.last_update_ms, s.resource_count, s.running_update_id,
              u.status AS last_result
            FROM stack_stars t
            JOIN stacks s ON s.id = t.stack_id
            JOIN organizations o ON o.id = s.organization_id
            LEFT JOIN updates u ON u.stack_id = s.id AND u.version = s.version AND NOT u.dry_run AND u.version > 0
            WHERE t.account_id = {accountId} AND {ReadableStacks.Of(organizations)} AND s.deleted_ms = 0
            ORDER BY o.login_key, s.project, s.name LIMIT {count}
            """,
            ct
        );

    public Task<StackRow?> Row(string stackId, CancellationToken ct) =>
        database.QueryOne<StackRow>(
            $"""
            SELECT s.id, o.login AS organization, s.project, s.name, s.last_update_ms, s.resource_count, s.running_update_id,
              u.status AS last_result, i.has_readme
            FROM stacks s
            JOIN organizations o ON o.id = s.organization_id
            LEFT JOIN updates u ON u.stack_id = s.id AND u.version = s.version AND NOT u.dry_run AND u.version > 0
            LEFT JOIN stack_index i ON i.stack_id = s.id
            WHERE s.id = {stackId}
            """,
            ct
        );

    private static Sql Rows(Organization organization, string pattern, StackTableQuery query) =>
        $"""
            SELECT s.id, o.login AS organization, s.project, s.name, s.last_update_ms, s.resource_count, s.running_update_id,
              u.status AS last_result,
              CASE WHEN {query.Grouping is { Tag: null }} THEN s.project ELSE COALESCE(g.value, '') END AS group_name
            FROM stacks s
            JOIN organizations o ON o.id = s.organization_id
            LEFT JOIN updates u ON u.stack_id = s.id AND u.version = s.version AND NOT u.dry_run AND u.version > 0
            LEFT JOIN stack_tags g ON g.stack_id = s.id AND g.name = {query.Grouping?.Tag ?? ""}
            WHERE s.organization_id = {organization.Id} AND s.deleted_ms = 0 AND {ReadableStacks.Of(organization)}
              AND ({query.Project is null} OR s.project = {query.Project ?? ""})
              AND LOWER(s.project || '/' || s.name) LIKE {pattern} ESCAPE '!'
            ORDER BY CASE WHEN {query.Grouping?.Tag is not null} AND g.value IS NULL THEN 1 ELSE 0 END,
              CASE WHEN {query.Grouping is { Tag: null }} THEN s.project ELSE g.value END,
              CASE WHEN {query.Order == StackOrder.Updated} THEN -s.last_update_ms
                WHEN {query.Order == StackOrder.Resources} THEN -s.resource_count ELSE 0 END, s.project, s.name
            LIMIT {query.Count} OFFSET {query.Skip}
            """;

    private static Sql Groups(Organization organization, string pattern, StackTableQuery query, IEnumerable<string> names) =>
        $"""
            SELECT CASE WHEN {query.Grouping is { Tag: null }} THEN s.project ELSE COALESCE(g.value, '') END AS name, COUNT(*) AS count
            FROM stacks s
            LEFT JOIN stack_tags g ON g.stack_id = s.id AND g.name = {query.Grouping?.Tag ?? ""}
            WHERE s.organization_id = {organization.Id} AND s.deleted_ms = 0 AND {ReadableStacks.Of(organization)}
              AND ({query.Project is null} OR s.project = {query.Project ?? ""})
              AND LOWER(s.project || '/' || s.name) LIKE {pattern} ESCAPE '!'
              AND CASE WHEN {query.Grouping is { Tag: null }} THEN s.project ELSE COALESCE(g.value, '') END IN {names}
            GROUP BY 1
            """;

    private sealed record Tag
    {
        public required string StackId { get; init; }
        public required string Name { get; init; }
        public required string Value { get; init; }
    }
}
