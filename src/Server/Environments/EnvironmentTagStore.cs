using System.Globalization;
using Server.Data;
using Server.Organizations;

namespace Server.Environments;

/// <summary>Owns <c>environment_tags</c> and <c>environment_revision_tags</c>.</summary>
public sealed class EnvironmentTagStore(Database database, TimeProvider clock)
{
    public Task<List<StoredTag>> Tags(string environmentId, CancellationToken ct) =>
        database.Query<StoredTag>($"{TagColumns} WHERE t.environment_id = {environmentId} ORDER BY t.name", ct);

    public Task<StoredTag?> Tag(string environmentId, string name, CancellationToken ct) =>
        database.QueryOne<StoredTag>($"{TagColumns} WHERE t.environment_id = {environmentId} AND t.name = {name}", ct);

    /// <summary>Of all environments of an organization that the reader may see: name and value.</summary>
    public Task<List<StoredTag>> OfOrganization(Organization reader, CancellationToken ct) =>
        database.Query<StoredTag>(
            $"""
            {TagColumns} JOIN environments e ON e.id = t.environment_id
            WHERE e.organization_id = {reader.Id} AND e.deleted_ms = 0 AND {EnvironmentReach.Readable(reader)} ORDER BY t.name, t.value
            """,
            ct
        );

    public async Task<bool> Add(Transaction transaction, string environmentId, string name, string value, string accountId) =>
        await transaction.Execute(
            $"""
            INSERT INTO environment_tags (id, environment_id, name, value, account_id, created_ms, modified_ms)
            VALUES ({Guid.CreateVersion7().ToString()}, {environmentId}, {name}, {value}, {accountId}, {Now}, {Now}) ON CONFLICT DO NOTHING
            """
        ) == 1;

    /// <returns>False if it is gone, or another has the new name.</returns>
    public async Task<bool> Change(
        Transaction transaction,
        string environmentId,
        string name,
        string newName,
        string value,
        string accountId
    ) =>
        (name == newName || await transaction.QueryOne<long>(Count(environmentId, newName)) == 0)
        && await transaction.Execute(
            $"""
            UPDATE environment_tags SET name = {newName}, value = {value}, account_id = {accountId}, modified_ms = {Now}
            WHERE environment_id = {environmentId} AND name = {name}
            """
        ) == 1;

    public async Task<bool> Delete(Transaction transaction, string environmentId, string name) =>
        await transaction.Execute($"DELETE FROM environment_tags WHERE environment_id = {environmentId} AND name = {name}") == 1;

    public Task<List<StoredRevisionTag>> RevisionTags(string environmentId, CancellationToken ct) =>
        database.Query<StoredRevisionTag>($"{RevisionTagColumns} WHERE t.environment_id = {environmentId} ORDER BY t.name", ct);

    public Task<StoredRevisionTag?> RevisionTag(string environmentId, string name, CancellationToken ct) =>
        database.QueryOne<StoredRevisionTag>($"{RevisionTagColumns} WHERE t.environment_id = {environmentId} AND t.name = {name}", ct);

    /// <param name="version">A number or a tag; null is the newest.</param>
    /// <returns>Null if there is no such tag, or no such number can be.</returns>
    public async Task<long?> Number(StoredEnvironment environment, string? version, CancellationToken ct) =>
        version switch
        {
            null or EnvironmentNames.Latest => environment.Latest,
            "" => null,
            _ when char.IsAsciiDigit(version[0]) => long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : null,
            _ => (await RevisionTag(environment.Id, version, ct))?.Revision,
        };

    public async Task<bool> AddRevisionTag(Transaction transaction, string environmentId, string name, long revision, string accountId) =>
        await transaction.Execute(
            $"""
            INSERT INTO environment_revision_tags (environment_id, name, revision, account_id, created_ms, modified_ms)
            VALUES ({environmentId}, {name}, {revision}, {accountId}, {Now}, {Now}) ON CONFLICT DO NOTHING
            """
        ) == 1;

    public async Task<bool> MoveRevisionTag(Transaction transaction, string environmentId, string name, long revision, string accountId) =>
        await transaction.Execute(
            $"""
            UPDATE environment_revision_tags SET revision = {revision}, account_id = {accountId}, modified_ms = {Now}
            WHERE environment_id = {environmentId} AND name = {name}
            """
        ) == 1;

    /// <summary>Of a revision that was withdrawn.</summary>
    public Task MoveRevisionTags(Transaction transaction, string environmentId, long from, long to, string accountId) =>
        transaction.Execute(
            $"""
            UPDATE environment_revision_tags SET revision = {to}, account_id = {accountId}, modified_ms = {Now}
            WHERE environment_id = {environmentId} AND revision = {from}
            """
        );

    public async Task<bool> DeleteRevisionTag(Transaction transaction, string environmentId, string name) =>
        await transaction.Execute($"DELETE FROM environment_revision_tags WHERE environment_id = {environmentId} AND name = {name}") == 1;

    private static Sql Count(string environmentId, string name) =>
        $"SELECT COUNT(*) FROM environment_tags WHERE environment_id = {environmentId} AND name = {name}";

    private static Sql TagColumns =>
        $"""
            SELECT t.id, t.name, t.value, t.created_ms, t.modified_ms, a.login AS editor_login, a.name AS editor_name
            FROM environment_tags t LEFT JOIN accounts a ON a.id = t.account_id
            """;

    private static Sql RevisionTagColumns =>
        $"""
            SELECT t.name, t.revision, t.created_ms, t.modified_ms, a.login AS editor_login, a.name AS editor_name
            FROM environment_revision_tags t LEFT JOIN accounts a ON a.id = t.account_id
            """;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
