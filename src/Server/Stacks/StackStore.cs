using System.Data.Common;
using Server.Auth;
using Server.Data;
using Server.Organizations;
using Server.Roles;

namespace Server.Stacks;

/// <summary>Owns <c>stacks</c>, <c>stack_tags</c> and <c>stack_former_names</c>.</summary>
public sealed class StackStore(Database database, RoleBooks roles, TimeProvider clock)
{
    /// <returns>Null both where there is no such stack and where the account may not see it.</returns>
    public async Task<Stack?> Find(string accountId, string organization, string project, string name, CancellationToken ct) =>
        await Readable(
            await database.QueryOne<Stack>(
                $"""
                SELECT s.*, o.login AS organization, {Standing.Columns}, {StackLevels.OfMember} AS level
                FROM stacks s
                JOIN organizations o ON o.id = s.organization_id
                JOIN memberships m ON m.organization_id = o.id
                WHERE m.account_id = {accountId} AND o.login_key = {organization.ToLowerInvariant()}
                  AND s.project = {project} AND s.name = {name} AND s.deleted_ms = 0
                """,
                ct
            ),
            ct
        );

    /// <summary>The stacks that had this name before they were renamed or transferred, the last one first, as far as the account may see them.</summary>
    public async Task<List<Stack>> FindByFormerName(
        string accountId,
        string organization,
        string project,
        string name,
        CancellationToken ct
    )
    {
        var found = await database.Query<Stack>(
            $"""
            SELECT s.*, o.login AS organization, {Standing.Columns}, {StackLevels.OfMember} AS level
            FROM organizations f
            JOIN stack_former_names n ON n.organization_id = f.id
            JOIN stacks s ON s.id = n.stack_id
            JOIN organizations o ON o.id = s.organization_id
            JOIN memberships m ON m.organization_id = o.id
            WHERE f.login_key = {organization.ToLowerInvariant()} AND n.project = {project} AND n.name = {name}
              AND m.account_id = {accountId} AND s.deleted_ms = 0
            ORDER BY n.until_ms DESC
            """,
            ct
        );
        var readable = new List<Stack>();
        foreach (var stack in found)
        {
            if (await Readable(stack, ct) is { } seen)
            {
                readable.Add(seen);
            }
        }
        return readable;
    }

    /// <summary>Any stack, deleted ones too, for work that nobody waits for: its role is empty.</summary>
    public Task<Stack?> FindById(string id, CancellationToken ct) => database.QueryOne<Stack>(ById(id), ct);

    /// <summary>As <see cref="FindById(string, CancellationToken)"/>, as the transaction sees it.</summary>
    public Task<Stack?> FindById(Transaction transaction, string id) => transaction.QueryOne<Stack>(ById(id));

    /// <summary>Has it a stack that the reader may see?</summary>
    public async Task<bool> ProjectExists(Organization organization, string project, CancellationToken ct) =>
        await database.QueryOne<long>(
            $"""
            SELECT COUNT(*) FROM (
              SELECT 1 FROM stacks s
              WHERE s.organization_id = {organization.Id} AND s.project = {project} AND s.deleted_ms = 0 AND {ReadableStacks.Of(
                organization
            )} LIMIT 1
            ) found
            """,
            ct
        ) > 0;

    /// <summary>Holds other writers of this stack back until the transaction ends.</summary>
    /// <returns>False if it is gone.</returns>
    public async Task<bool> Lock(Transaction transaction, string id) =>
        await transaction.Execute($"UPDATE stacks SET deleted_ms = 0 WHERE id = {id} AND deleted_ms = 0") == 1;

    /// <param name="id">A new one.</param>
    /// <returns>False if there is a stack of that name.</returns>
    public async Task<bool> Create(
        Transaction transaction,
        string id,
        string organizationId,
        string project,
        string name,
        IReadOnlyDictionary<string, string> tags
    )
    {
        var created = await transaction.Execute(
            $"""
            INSERT INTO stacks (id, organization_id, project, name, version, last_update_ms, resource_count, created_ms, deleted_ms)
            VALUES ({id}, {organizationId}, {project}, {name}, 0, 0, -1, {Now}, 0)
            ON CONFLICT DO NOTHING
            """
        );
        if (created == 1)
        {
            await ReplaceTags(transaction, id, tags);
        }
        return created == 1;
    }

    /// <param name="config">As JSON; null where a file has it.</param>
    public Task SetConfig(Transaction transaction, string id, string? config) =>
        transaction.Execute($"UPDATE stacks SET config = {config} WHERE id = {id}");

    /// <summary>Hides the stack and sets its name free.</summary>
    /// <param name="force">Even if it has resources.</param>
    /// <returns>False if it has resources, is in use, or is gone.</returns>
    public async Task<bool> Delete(Transaction transaction, string id, bool force) =>
        await transaction.Execute(
            $"""
            UPDATE stacks SET deleted_ms = {Now}
            WHERE id = {id} AND deleted_ms = 0 AND running_update_id IS NULL AND ({force} OR resource_count <= 0)
            """
        ) == 1;

    /// <summary>The stacks of an organization that were deleted last, as far as the reader could see them.</summary>
    public Task<List<Stack>> Deleted(Organization organization, int count, CancellationToken ct) =>
        database.Query<Stack>(
            $"""
            SELECT s.*, o.login AS organization, '' AS role
            FROM stacks s JOIN organizations o ON o.id = s.organization_id
            WHERE s.organization_id = {organization.Id} AND s.deleted_ms > 0 AND {ReadableStacks.Of(organization)}
            ORDER BY s.deleted_ms DESC, s.id DESC LIMIT {count}
            """,
            ct
        );

    /// <returns>Null where the organization has deleted no such stack, and where the reader could not see it.</returns>
    public async Task<Stack?> FindDeleted(Organization organization, string id, CancellationToken ct) =>
        await Readable(
            await database.QueryOne<Stack>(
                $"""
                SELECT s.*, o.login AS organization, {Standing.Columns}, {StackLevels.OfMember} AS level
                FROM stacks s
                JOIN organizations o ON o.id = s.organization_id
                JOIN memberships m ON m.organization_id = o.id
                WHERE m.account_id = {organization.AccountId} AND o.id = {organization.Id} AND s.id = {id} AND s.deleted_ms > 0
                """,
                ct
            ),
            ct
        );

    /// <summary>Undoes <see cref="Delete"/>.</summary>
    /// <returns>False if its name is taken, or it was not deleted.</returns>
    public Task<bool> Restore(Transaction transaction, string id, string name) =>
        UnlessTaken(transaction.Execute($"UPDATE stacks SET deleted_ms = 0, name = {name} WHERE id = {id} AND deleted_ms > 0"));

    /// <summary>Gives the stack another name, and remembers the one that it has.</summary>
    /// <returns>False if the new name is taken.</returns>
    public async Task<bool> Rename(Transaction transaction, Stack stack, string organizationId, string project, string name)
    {
        var renamed = await UnlessTaken(
            transaction.Execute(
                $"""
                UPDATE stacks SET organization_id = {organizationId}, project = {project}, name = {name}
                WHERE id = {stack.Id} AND deleted_ms = 0
                """
            )
        );
        if (renamed)
        {
            await transaction.Execute(
                $"""
                INSERT INTO stack_former_names (organization_id, project, name, stack_id, until_ms)
                VALUES ({stack.OrganizationId}, {stack.Project}, {stack.Name}, {stack.Id}, {Now})
                ON CONFLICT (organization_id, project, name, stack_id) DO UPDATE SET until_ms = excluded.until_ms
                """
            );
            await transaction.Execute(
                $"""UPDATE stack_tags SET value = {project} WHERE stack_id = {stack.Id} AND name = {StackTags.Project} AND {project != stack.Project}"""
            );
        }
        return renamed;
    }

    /// <summary>Makes an update that is no dry run the only one that may change the stack.</summary>
    /// <returns>False if another has the lease, or the stack is gone.</returns>
    public async Task<bool> TakeLease(Transaction transaction, string stackId, string updateId) =>
        await transaction.Execute(
            $"""
            UPDATE stacks SET running_update_id = {updateId}, latest_update_id = {updateId}, last_update_ms = {Now}
            WHERE id = {stackId} AND running_update_id IS NULL AND deleted_ms = 0
            """
        ) == 1;

    /// <param name="version">The update's number; null leaves the stack's as it is.</param>
    /// <param name="resourceCount">Of the state that it left; null if it left none.</param>
    /// <returns>False if that update does not have it (any more).</returns>
    public async Task<bool> ReleaseLease(
        Transaction transaction,
        string stackId,
        string updateId,
        long? version = null,
        long? resourceCount = null
    ) =>
        await transaction.Execute(
            $"""
            UPDATE stacks SET running_update_id = NULL,
              version = CASE WHEN {version.HasValue} THEN {version ?? 0} ELSE version END,
              resource_count = CASE WHEN {resourceCount.HasValue} THEN {resourceCount ?? 0} ELSE resource_count END
            WHERE id = {stackId} AND running_update_id = {updateId}
            """
        ) == 1;

    /// <summary>For dry runs, which take no lease.</summary>
    public Task SetLatestUpdate(Transaction transaction, string stackId, string updateId) =>
        transaction.Execute($"UPDATE stacks SET latest_update_id = {updateId} WHERE id = {stackId}");

    /// <summary>For a state that no update made: the one that a stack begins with.</summary>
    public Task SetResourceCount(Transaction transaction, string stackId, long count) =>
        transaction.Execute($"UPDATE stacks SET resource_count = {count} WHERE id = {stackId}");

    public async Task<IReadOnlyDictionary<string, string>> Tags(string stackId, CancellationToken ct) =>
        InOrder(await database.Query<Tag>(TagsOf(stackId), ct));

    public async Task<IReadOnlyDictionary<string, string>> Tags(Transaction transaction, string stackId) =>
        InOrder(await transaction.Query<Tag>(TagsOf(stackId)));

    /// <summary>Every update sends all tags anew and hardly ever another one: what is already there is not written again.</summary>
    public async Task ReplaceTags(Transaction transaction, string stackId, IReadOnlyDictionary<string, string> tags)
    {
        var known = await Tags(transaction, stackId);
        foreach (var name in known.Keys.Where(name => !tags.ContainsKey(name)))
        {
            await DeleteTag(transaction, stackId, name);
        }
        foreach (var (name, value) in tags.Where(t => !known.TryGetValue(t.Key, out var old) || old != t.Value))
        {
            await SetTag(transaction, stackId, name, value);
        }
    }

    /// <returns>False if the stack has one of that name.</returns>
    public async Task<bool> AddTag(Transaction transaction, string stackId, string name, string value) =>
        await transaction.Execute(
            $"INSERT INTO stack_tags (stack_id, name, value) VALUES ({stackId}, {name}, {value}) ON CONFLICT DO NOTHING"
        ) == 1;

    /// <returns>False if there is none of that name.</returns>
    public async Task<bool> ChangeTag(Transaction transaction, string stackId, string name, string value) =>
        await transaction.Execute($"UPDATE stack_tags SET value = {value} WHERE stack_id = {stackId} AND name = {name}") == 1;

    public Task SetTag(Transaction transaction, string stackId, string name, string value) =>
        transaction.Execute(
            $"""
            INSERT INTO stack_tags (stack_id, name, value) VALUES ({stackId}, {name}, {value})
            ON CONFLICT (stack_id, name) DO UPDATE SET value = excluded.value
            """
        );

    /// <returns>False if there is none.</returns>
    public async Task<bool> DeleteTag(Transaction transaction, string stackId, string name) =>
        await transaction.Execute($"DELETE FROM stack_tags WHERE stack_id = {stackId} AND name = {name}") == 1;

    /// <summary>The stack with what the caller's roles give him for it; null if he may not see it.</summary>
    private async ValueTask<Stack?> Readable(Stack? stack, CancellationToken ct)
    {
        if (stack is { HasRoles: true })
        {
            var held = await roles.Of(stack.OrganizationId, stack, ct);
            stack = stack with { Held = held, TagsForRoles = held.UseTags ? await Tags(stack.Id, ct) : stack.TagsForRoles };
        }
        return stack?.Can(Permission.StackRead) == true ? stack : null;
    }

    private static Sql ById(string id) =>
        $"""
            SELECT s.*, o.login AS organization, '' AS role
            FROM stacks s JOIN organizations o ON o.id = s.organization_id
            WHERE s.id = {id}
            """;

    private static Sql TagsOf(string stackId) => $"SELECT name, value FROM stack_tags WHERE stack_id = {stackId}";

    private static SortedDictionary<string, string> InOrder(List<Tag> tags) =>
        new(tags.ToDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal), StringComparer.Ordinal);

    /// <returns>False if no row changed, or one may not because another has its name. Then the transaction can only be given up.</returns>
    private static async Task<bool> UnlessTaken(Task<int> change)
    {
        try
        {
            return await change == 1;
        }
        catch (DbException taken) when (taken.IsUniqueViolation())
        {
            return false;
        }
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Tag
    {
        public required string Name { get; init; }
        public required string Value { get; init; }
    }
}
