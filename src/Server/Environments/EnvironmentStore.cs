using System.Data.Common;
using Server.Auth;
using Server.Data;
using Server.Environments.Language;
using Server.Organizations;

namespace Server.Environments;

/// <summary>Owns <c>environments</c>, <c>environment_revisions</c> and <c>environment_imports</c>.</summary>
public sealed class EnvironmentStore(Database database, TimeProvider clock)
{
    /// <returns>Null both where there is no such environment and where the reader may not see it.</returns>
    public async Task<StoredEnvironment?> Find(Standing reader, string organizationId, string project, string name, CancellationToken ct)
    {
        var found = await database.QueryOne<StoredEnvironment>(
            $"""
            SELECT e.*, {EnvironmentReach.LevelOf(reader)} AS level, {Columns}
            WHERE e.organization_id = {organizationId} AND e.project = {project} AND e.name = {name} AND e.deleted_ms = 0
            """,
            ct
        );
        if (found is null)
        {
            return null;
        }
        var tags = reader.Held.UseTags
            ? (await database.Query<Tag>($"SELECT name, value FROM environment_tags WHERE environment_id = {found.Id}", ct)).ToDictionary(
                t => t.Name,
                t => t.Value
            )
            : found.TagsForRoles;
        return found with { Reader = reader, TagsForRoles = tags } is var seen && seen.Can(Permission.EnvironmentRead) ? seen : null;
    }

    /// <summary>Those that the readers may see, in the order of their names.</summary>
    public Task<List<StoredEnvironment>> Page(IReadOnlyList<Organization> readers, string[]? after, int count, CancellationToken ct)
    {
        var (organization, project, name) = after is [var o, var p, var n] ? (o, p, n) : ("", "", "");
        return database.Query<StoredEnvironment>(
            $"""
            SELECT e.*, {Columns}
            WHERE e.deleted_ms = 0 AND {EnvironmentReach.Readable(readers)}
              AND (o.login_key > {organization} OR o.login_key = {organization} AND (e.project > {project} OR e.project = {project} AND e.name > {name}))
            ORDER BY o.login_key, e.project, e.name LIMIT {count}
            """,
            ct
        );
    }

    public Task<List<StoredEnvironment>> Deleted(Organization reader, int count, CancellationToken ct) =>
        database.Query<StoredEnvironment>(
            $"""
            SELECT e.*, {Columns}
            WHERE e.organization_id = {reader.Id} AND e.deleted_ms > 0 AND {EnvironmentReach.Readable(
                reader
            )} ORDER BY e.deleted_ms DESC LIMIT {count}
            """,
            ct
        );

    public Task<StoredRevision?> Revision(string environmentId, long number, CancellationToken ct) =>
        database.QueryOne<StoredRevision>($"{RevisionColumns} WHERE r.environment_id = {environmentId} AND r.number = {number}", ct);

    /// <summary>Newest first.</summary>
    public Task<List<StoredRevision>> Revisions(string environmentId, long before, int count, CancellationToken ct) =>
        database.Query<StoredRevision>(
            $"{RevisionColumns} WHERE r.environment_id = {environmentId} AND r.number < {before} ORDER BY r.number DESC LIMIT {count}",
            ct
        );

    public async Task<bool> Exists(Transaction transaction, string organizationId, string project, string name) =>
        await transaction.QueryOne<long>(
            $"SELECT COUNT(*) FROM environments WHERE organization_id = {organizationId} AND project = {project} AND name = {name} AND deleted_ms = 0"
        ) > 0;

    /// <returns>False if there is one of that name.</returns>
    public async Task<bool> Create(Transaction transaction, string id, string organizationId, string project, string name, string accountId)
    {
        var made = await transaction.Execute(
            $"""
            INSERT INTO environments (id, organization_id, project, name, owner_id, latest, deletion_protected, created_ms, modified_ms, deleted_ms)
            VALUES ({id}, {organizationId}, {project}, {name}, {accountId}, 0, FALSE, {Now}, {Now}, 0)
            ON CONFLICT DO NOTHING
            """
        );
        return made == 1;
    }

    /// <summary>Makes the next revision.</summary>
    /// <param name="known">The number of the revision that it follows.</param>
    /// <returns>False if another has followed it meanwhile, or the environment is gone.</returns>
    public async Task<bool> Add(Transaction transaction, string environmentId, long known, Definition definition, string accountId)
    {
        var grown = await transaction.Execute(
            $"UPDATE environments SET latest = {known + 1}, modified_ms = {Now} WHERE id = {environmentId} AND latest = {known} AND deleted_ms = 0"
        );
        if (grown == 0)
        {
            return false;
        }
        await transaction.Execute(
            $"""
            INSERT INTO environment_revisions (environment_id, number, definition, account_id, created_ms, retracted_ms)
            VALUES ({environmentId}, {known + 1}, {definition.Source.Text}, {accountId}, {Now}, 0)
            """
        );
        await transaction.Execute($"DELETE FROM environment_imports WHERE environment_id = {environmentId}");
        foreach (
            var import in definition.Imports.Select(i => EnvironmentReference.Parse(i.Reference)).OfType<EnvironmentReference>().Distinct()
        )
        {
            await transaction.Execute(
                $"""
                INSERT INTO environment_imports (environment_id, project, name, version)
                VALUES ({environmentId}, {import.Project}, {import.Name}, {import.Version
                    ?? EnvironmentNames.Latest}) ON CONFLICT DO NOTHING
                """
            );
        }
        return true;
    }

    /// <returns>False if it is the newest, was withdrawn before, or there is none.</returns>
    public async Task<bool> Retract(
        Transaction transaction,
        string environmentId,
        long number,
        long replacement,
        string? reason,
        string accountId
    ) =>
        await transaction.Execute(
            $"""
            UPDATE environment_revisions SET retracted_ms = {Now}, retracted_by = {accountId}, replacement = {replacement}, reason = {reason}
            WHERE environment_id = {environmentId} AND number = {number} AND retracted_ms = 0
              AND number <> (SELECT latest FROM environments WHERE id = {environmentId})
            """
        ) == 1;

    public Task Protect(Transaction transaction, string id, bool on) =>
        transaction.Execute($"UPDATE environments SET deletion_protected = {on} WHERE id = {id}");

    /// <summary>Hides it and sets its name free.</summary>
    /// <returns>False if it is protected, or gone.</returns>
    public async Task<bool> Delete(Transaction transaction, string id) =>
        await transaction.Execute(
            $"UPDATE environments SET deleted_ms = {Now} WHERE id = {id} AND deleted_ms = 0 AND NOT deletion_protected"
        ) == 1;

    /// <returns>False if its name is taken, or it was not deleted.</returns>
    public async Task<bool> Restore(Transaction transaction, string id)
    {
        try
        {
            return await transaction.Execute($"UPDATE environments SET deleted_ms = 0 WHERE id = {id} AND deleted_ms > 0") == 1;
        }
        catch (DbException taken) when (taken.IsUniqueViolation())
        {
            return false;
        }
    }

    /// <summary>Environments whose newest revision imports this one, as far as its reader may see them.</summary>
    public Task<List<Importer>> Importers(StoredEnvironment environment, CancellationToken ct) =>
        database.Query<Importer>(
            $"""
            SELECT e.project, e.name, e.latest, i.version
            FROM environment_imports i JOIN environments e ON e.id = i.environment_id
            WHERE i.project = {environment.Project} AND i.name = {environment.Name}
              AND e.organization_id = {environment.OrganizationId} AND e.deleted_ms = 0
              AND {EnvironmentReach.Readable(environment.Reader!)}
            ORDER BY e.project, e.name
            """,
            ct
        );

    public sealed record Importer
    {
        public required string Project { get; init; }
        public required string Name { get; init; }
        public required long Latest { get; init; }
        public required string Version { get; init; }
    }

    private static Sql Columns =>
        $"""
            o.login AS organization, a.login AS owner_login, a.name AS owner_name
            FROM environments e
            JOIN organizations o ON o.id = e.organization_id
            LEFT JOIN accounts a ON a.id = e.owner_id
            """;

    private static Sql RevisionColumns =>
        $"""
            SELECT r.number, r.definition, r.created_ms, r.retracted_ms, r.replacement, r.reason,
              a.login, a.name, b.login AS retracted_login, b.name AS retracted_name
            FROM environment_revisions r
            LEFT JOIN accounts a ON a.id = r.account_id
            LEFT JOIN accounts b ON b.id = r.retracted_by
            """;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Tag
    {
        public required string Name { get; init; }
        public required string Value { get; init; }
    }
}
