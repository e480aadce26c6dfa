using Server.Data;

namespace Server.Stacks;

/// <summary>Which stacks of an organization a list shows.</summary>
/// <param name="Project">Null for all.</param>
/// <param name="TagName">Null for all.</param>
/// <param name="TagValue">Null for any value.</param>
public sealed record StackFilter(string? Project, string? TagName, string? TagValue);

/// <summary>Reads lists of stacks, page by page, in the order of their names.</summary>
public sealed class StackListStore(Database database)
{
    /// <summary>One page costs the same wherever in the list it lies: it is a range of the index of names.</summary>
    /// <param name="afterProject">With <paramref name="afterName"/>: where the page before ended; both empty for the first.</param>
    /// <returns>Stacks without a role: the caller knows that one.</returns>
    public Task<List<Stack>> Page(
        string organizationId,
        StackFilter filter,
        string afterProject,
        string afterName,
        int count,
        CancellationToken ct
    )
    {
        var (anyTag, anyValue) = (filter.TagName is null, filter.TagValue is null);
        var (tag, value) = (filter.TagName ?? "", filter.TagValue ?? "");
        return filter.Project is { } project
            ? database.Query<Stack>(
                $"""
                SELECT s.*, o.login AS organization, '' AS role
                FROM stacks s JOIN organizations o ON o.id = s.organization_id
                WHERE s.organization_id = {organizationId} AND s.project = {project} AND s.name > {afterName} AND s.deleted_ms = 0
                  AND ({anyTag} OR EXISTS (
                    SELECT 1 FROM stack_tags t WHERE t.stack_id = s.id AND t.name = {tag} AND ({anyValue} OR t.value = {value})))
                ORDER BY s.name LIMIT {count}
                """,
                ct
            )
            : database.Query<Stack>(
                $"""
                SELECT s.*, o.login AS organization, '' AS role
                FROM stacks s JOIN organizations o ON o.id = s.organization_id
                WHERE s.organization_id = {organizationId} AND (s.project, s.name) > ({afterProject}, {afterName}) AND s.deleted_ms = 0
                  AND ({anyTag} OR EXISTS (
                    SELECT 1 FROM stack_tags t WHERE t.stack_id = s.id AND t.name = {tag} AND ({anyValue} OR t.value = {value})))
                ORDER BY s.project, s.name LIMIT {count}
                """,
                ct
            );
    }
}
