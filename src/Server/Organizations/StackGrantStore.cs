using Server.Data;

namespace Server.Organizations;

/// <summary>Owns <c>stack_grants</c>: what somebody may do to one stack because his name stands there.</summary>
public sealed class StackGrantStore(TimeProvider clock)
{
    /// <param name="level">A <see cref="StackLevel"/>.</param>
    public Task Set(Transaction transaction, string stackId, string accountId, long level) =>
        transaction.Execute(
            $"""
            INSERT INTO stack_grants (stack_id, account_id, permission, created_ms)
            VALUES ({stackId}, {accountId}, {level}, {clock.GetUtcNow().ToUnixTimeMilliseconds()})
            ON CONFLICT (stack_id, account_id) DO UPDATE SET permission = excluded.permission
            """
        );

    public Task Remove(Transaction transaction, string stackId, string accountId) =>
        transaction.Execute($"DELETE FROM stack_grants WHERE stack_id = {stackId} AND account_id = {accountId}");

    /// <summary>For a stack that goes to another organization: whoever moved it administers it there, and nobody else has it by name.</summary>
    public async Task Move(Transaction transaction, string stackId, string moverId)
    {
        await transaction.Execute($"DELETE FROM stack_grants WHERE stack_id = {stackId}");
        await Set(transaction, stackId, moverId, StackLevel.Admin);
    }
}
