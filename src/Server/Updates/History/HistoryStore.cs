using Server.Auth;
using Server.Data;
using Server.Stacks;

namespace Server.Updates.History;

/// <summary>Reads what has happened to a stack. Updates that were never started have not happened.</summary>
public sealed class HistoryStore(Database database)
{
    /// <param name="dryRuns">The previews; otherwise what changed the stack, or tried to.</param>
    public Task<(long Total, List<PastUpdate> Updates)> List(string stackId, bool dryRuns, HistoryRange range, CancellationToken ct) =>
        database.Read(
            async transaction =>
            {
                var total = await transaction.QueryOne<long>(dryRuns ? CountPreviews(stackId) : CountUpdates(stackId));
                return (total, await transaction.Query<PastUpdate>(Page(stackId, dryRuns, range)));
            },
            ct
        );

    public Task<PastUpdate?> Latest(string stackId, CancellationToken ct) =>
        database.QueryOne<PastUpdate>(Page(stackId, dryRuns: false, new(0, 1, OldestFirst: false)), ct);

    public Task<PastUpdate?> AtVersion(string stackId, long version, CancellationToken ct) =>
        database.QueryOne<PastUpdate>(
            $"""
            SELECT u.*, COALESCE(a.login, '') AS requester_login, COALESCE(a.name, '') AS requester_name, s.integrity_error
            FROM updates u
            LEFT JOIN accounts a ON a.id = u.requested_by
            LEFT JOIN states s ON s.stack_id = u.stack_id AND s.version = u.version
            WHERE u.stack_id = {stackId} AND u.version = {version} AND NOT u.dry_run AND u.started_ms > 0
            """,
            ct
        );

    public Task<PastUpdate?> Preview(string stackId, string id, CancellationToken ct) =>
        database.QueryOne<PastUpdate>(
            $"""
            SELECT u.*, COALESCE(a.login, '') AS requester_login, COALESCE(a.name, '') AS requester_name
            FROM updates u LEFT JOIN accounts a ON a.id = u.requested_by
            WHERE u.id = {id} AND u.stack_id = {stackId} AND u.dry_run AND u.started_ms > 0
            """,
            ct
        );

    /// <exception cref="ApiException">404: nobody knows what that update left.</exception>
    public async Task RequireState(Stack stack, long version, CancellationToken ct)
    {
        if (await AtVersion(stack.Id, version, ct) is { HasKnownState: false })
        {
            throw ApiException.NotFound($"Version {version} of the stack '{stack.FullName}' was imported without its state");
        }
    }

    /// <returns>The latest previews that looked at what an update then changed, newest first.</returns>
    public Task<List<PastUpdate>> PreviewsBefore(Update update, CancellationToken ct) =>
        database.Query<PastUpdate>(
            $"""
            SELECT u.*, COALESCE(a.login, '') AS requester_login, COALESCE(a.name, '') AS requester_name
            FROM updates u LEFT JOIN accounts a ON a.id = u.requested_by
            WHERE u.stack_id = {update.StackId} AND u.dry_run AND u.version = {update.Version - 1} AND u.started_ms > 0
              AND u.started_ms <= {update.StartedMs}
            ORDER BY u.started_ms DESC LIMIT 3
            """,
            ct
        );

    private static Sql CountPreviews(string stackId) =>
        $"SELECT COUNT(*) FROM updates WHERE stack_id = {stackId} AND dry_run AND started_ms > 0";

    private static Sql CountUpdates(string stackId) =>
        $"SELECT COUNT(*) FROM updates WHERE stack_id = {stackId} AND NOT dry_run AND version > 0";

    private static Sql Page(string stackId, bool dryRuns, HistoryRange range) =>
        dryRuns || range.OldestFirst ? Sorted(stackId, dryRuns, range) : Newest(stackId, range);

    /// <summary>What has started has a version, and those have an index: however many there are, the first page costs the same.</summary>
    private static Sql Newest(string stackId, HistoryRange range) =>
        $"""
            SELECT u.*, COALESCE(a.login, '') AS requester_login, COALESCE(a.name, '') AS requester_name, s.integrity_error
            FROM updates u
            LEFT JOIN accounts a ON a.id = u.requested_by
            LEFT JOIN states s ON s.stack_id = u.stack_id AND s.version = u.version
            WHERE u.stack_id = {stackId} AND NOT u.dry_run AND u.version > 0
            ORDER BY u.version DESC
            LIMIT {range.Count} OFFSET {range.Skip}
            """;

    private static Sql Sorted(string stackId, bool dryRuns, HistoryRange range) =>
        $"""
            SELECT u.*, COALESCE(a.login, '') AS requester_login, COALESCE(a.name, '') AS requester_name, s.integrity_error
            FROM updates u
            LEFT JOIN accounts a ON a.id = u.requested_by
            LEFT JOIN states s ON s.stack_id = u.stack_id AND s.version = u.version AND NOT u.dry_run
            WHERE u.stack_id = {stackId} AND u.dry_run = {dryRuns} AND u.started_ms > 0
            ORDER BY
              CASE WHEN {range.OldestFirst} THEN u.started_ms END, CASE WHEN {range.OldestFirst} THEN u.id END,
              u.version DESC, u.started_ms DESC, u.id DESC
            LIMIT {range.Count} OFFSET {range.Skip}
            """;
}

public readonly record struct HistoryRange(long Skip, long Count, bool OldestFirst);

/// <summary>An update, and what is wrong with the state that it left.</summary>
public sealed record PastUpdate : Update
{
    public string? IntegrityError { get; init; }
}
