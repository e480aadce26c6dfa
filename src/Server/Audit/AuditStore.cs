using Server.Data;

namespace Server.Audit;

/// <summary>Owns <c>audit_events</c>.</summary>
public sealed class AuditStore(Database database, TimeProvider clock)
{
    /// <summary>Part of what is being done: both are written, or neither.</summary>
    /// <param name="name">One of <see cref="AuditEvent"/>.</param>
    /// <param name="description">A sentence for the people who read the log.</param>
    public Task Add(Transaction transaction, Actor actor, string organizationId, string name, string description, string? stackId) =>
        transaction.Execute(
            $"""
            INSERT INTO audit_events (id, organization_id, event, description, account_id, token_id, stack_id, address, created_ms)
            VALUES ({Guid.CreateVersion7().ToString()}, {organizationId}, {name}, {description}, {actor.AccountId}, {actor.TokenId},
              {stackId}, {actor.Address}, {clock.GetUtcNow().ToUnixTimeMilliseconds()})
            """
        );

    /// <summary>For what changes nothing. When this returns, the event is on disk.</summary>
    public Task Add(Actor actor, string organizationId, string name, string description, string? stackId, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await Add(transaction, actor, organizationId, name, description, stackId);
                return true;
            },
            ct
        );
}
