using Server.Auth;
using Server.Data;
using Server.Organizations;
using Server.Roles;

namespace Server.Stacks;

/// <summary>Which stacks of an organization a list shows.</summary>
/// <param name="Project">Null for all.</param>
/// <param name="Tag">Null for all.</param>
public sealed record StackFilter(string? Project, TagFilter? Tag)
{
    /// <summary>Only those that this lets somebody read; null for all.</summary>
    public HeldRoles? Role { get; init; }
}

/// <param name="Value">Null for any.</param>
public sealed record TagFilter(string Name, string? Value);

/// <summary>Reads lists of stacks, page by page, in the order of their names. The stacks come without a role: the caller knows that one.</summary>
public sealed class StackListStore(Database database)
{
    /// <summary>Of a tag that fewer bear, all stacks are looked up and sorted; one that more bear is found soon by going through the stacks.</summary>
    private const int Rare = 10_000;

    /// <summary>One page costs the same wherever in the list it lies: it is a range of the index of names.</summary>
    /// <param name="afterProject">With <paramref name="afterName"/>: where the page before ended; both empty for the first.</param>
    public async Task<List<Stack>> Page(
        Organization organization,
        StackFilter filter,
        string afterProject,
        string afterName,
        int count,
        CancellationToken ct
    )
    {
        var readable = ReadableStacks.Of(organization);
        var seen = filter.Role is { } role ? Rows.And(readable, role.InSql(Permission.StackRead, Rows.Stacks)) : readable;
        var start = new Start(organization, seen, afterProject, afterName, count);
        return await database.Query<Stack>(
            filter.Tag is { } tag && await IsRare(tag, ct) ? WithRareTag(start, filter.Project, tag)
                : filter.Project is { } project ? OfProject(start, project, filter.Tag)
                : OfAll(start, filter.Tag),
            ct
        );
    }

    private async Task<bool> IsRare(TagFilter tag, CancellationToken ct) =>
        await database.QueryOne<long>(
            $"""
            SELECT COUNT(*) FROM (
              SELECT 1 FROM stack_tags WHERE name = {tag.Name} AND ({tag.Value is null} OR value = {tag.Value ?? ""}) LIMIT {Rare}
            ) found
            """,
            ct
        ) < Rare;

    /// <summary>CROSS JOIN keeps SQLite to this order of tables.</summary>
    private static Sql WithRareTag(Start start, string? project, TagFilter tag) =>
        $"""
            SELECT s.*, o.login AS organization, '' AS role
            FROM stack_tags t CROSS JOIN stacks s CROSS JOIN organizations o
            WHERE t.name = {tag.Name} AND ({tag.Value is null} OR t.value = {tag.Value ?? ""}) AND s.id = t.stack_id
              AND s.organization_id = {start.Organization.Id} AND {start.Seen} AND s.deleted_ms = 0 AND o.id = s.organization_id
              AND ({project is null} OR s.project = {project ?? ""}) AND (s.project, s.name) > ({start.AfterProject}, {start.AfterName})
            ORDER BY s.project, s.name LIMIT {start.Count}
            """;

    private static Sql OfProject(Start start, string project, TagFilter? tag) =>
        $"""
            SELECT s.*, o.login AS organization, '' AS role
            FROM stacks s JOIN organizations o ON o.id = s.organization_id
            WHERE s.organization_id = {start.Organization.Id} AND {start.Seen} AND s.project = {project} AND s.name > {start.AfterName} AND s.deleted_ms = 0
              AND ({tag is null} OR EXISTS (
                SELECT 1 FROM stack_tags t
                WHERE t.stack_id = s.id AND t.name = {tag?.Name ?? ""} AND ({tag?.Value is null} OR t.value = {tag?.Value ?? ""})))
            ORDER BY s.name LIMIT {start.Count}
            """;

    private static Sql OfAll(Start start, TagFilter? tag) =>
        $"""
            SELECT s.*, o.login AS organization, '' AS role
            FROM stacks s JOIN organizations o ON o.id = s.organization_id
            WHERE s.organization_id = {start.Organization.Id} AND {start.Seen} AND (s.project, s.name) > ({start.AfterProject}, {start.AfterName})
              AND s.deleted_ms = 0
              AND ({tag is null} OR EXISTS (
                SELECT 1 FROM stack_tags t
                WHERE t.stack_id = s.id AND t.name = {tag?.Name ?? ""} AND ({tag?.Value is null} OR t.value = {tag?.Value ?? ""})))
            ORDER BY s.project, s.name LIMIT {start.Count}
            """;

    private readonly record struct Start(Organization Organization, Sql Seen, string AfterProject, string AfterName, int Count);
}
