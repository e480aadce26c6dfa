using Server.Data;
using Server.Organizations;
using Server.Stacks;

namespace Server.Resources;

/// <summary>Another stack that this one takes outputs from, or that takes outputs from this one.</summary>
public sealed record StackReference
{
    public required string Organization { get; init; }
    public required string Project { get; init; }
    public required string Name { get; init; }

    /// <summary>Of its last update; 0 where the reader may not see it.</summary>
    public long Version { get; init; }

    /// <summary>Whether there is such a stack for this reader.</summary>
    public bool IsThere { get; init; }

    public string FullName => $"{Organization}/{Project}/{Name}";
}

/// <summary>Reads how stacks refer to each other: by resources of the type <c>pulumi:pulumi:StackReference</c>, whose id is the other's name.</summary>
public sealed class ReferenceStore(Database database, OrganizationStore organizations, StackStore stacks)
{
    private const string Type = "pulumi:pulumi:StackReference";
    private const int Most = 500;

    public async Task<List<StackReference>> Upstream(string accountId, string stackId, CancellationToken ct)
    {
        var names = await database.Query<string>(
            $"""
            SELECT DISTINCT r.physical_id FROM stack_index i JOIN resources r ON r.state_id = i.state_id
            WHERE i.stack_id = {stackId} AND r.type = {Type} ORDER BY r.physical_id LIMIT {Most}
            """,
            ct
        );
        var found = new List<StackReference>();
        foreach (var parts in names.Select(n => n.Split('/')).Where(p => p.Length == 3))
        {
            var stack =
                await stacks.Find(accountId, parts[0], parts[1], parts[2], ct)
                ?? (await stacks.FindByFormerName(accountId, parts[0], parts[1], parts[2], ct)).FirstOrDefault();
            found.Add(
                new()
                {
                    Organization = parts[0],
                    Project = parts[1],
                    Name = parts[2],
                    Version = stack?.Version ?? 0,
                    IsThere = stack is not null,
                }
            );
        }
        return found;
    }

    /// <summary>Stacks that the reader may see. A former name of this one means it, too.</summary>
    public async Task<List<StackReference>> Downstream(string accountId, Stack stack, CancellationToken ct)
    {
        var own = await organizations.OfAccount(accountId, ct);
        return await database.Read(
            async transaction =>
            {
                var names = await transaction.Query<string>(
                    $"""
                    SELECT o.login || '/' || n.project || '/' || n.name FROM stack_former_names n JOIN organizations o ON o.id = n.organization_id
                    WHERE n.stack_id = {stack.Id}
                    """
                );
                names.Add(stack.FullName);
                return await transaction.Query<StackReference>(
                    $"""
                    SELECT DISTINCT o.login AS organization, s.project, s.name, s.version, TRUE AS is_there
                    FROM resources r
                    JOIN stack_index i ON i.state_id = r.state_id
                    JOIN stacks s ON s.id = i.stack_id
                    JOIN organizations o ON o.id = s.organization_id
                    WHERE r.type = {Type} AND r.physical_id IN {names} AND {ReadableStacks.Of(own)} AND s.deleted_ms = 0
                    ORDER BY o.login, s.project, s.name LIMIT {Most}
                    """
                );
            },
            ct
        );
    }
}
