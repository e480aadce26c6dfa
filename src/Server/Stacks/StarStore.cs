using Server.Data;

namespace Server.Stacks;

/// <summary>Owns <c>stack_stars</c>: the stacks that an account wants to find quickly.</summary>
public sealed class StarStore(Database database, TimeProvider clock)
{
    public async Task<bool> Has(string accountId, string stackId, CancellationToken ct) =>
        await database.QueryOne<long>($"SELECT COUNT(*) FROM stack_stars WHERE account_id = {accountId} AND stack_id = {stackId}", ct) > 0;

    public Task Set(string accountId, string stackId, bool star, CancellationToken ct) =>
        star
            ? database.Execute(
                $"""
                INSERT INTO stack_stars (account_id, stack_id, created_ms)
                VALUES ({accountId}, {stackId}, {clock.GetUtcNow().ToUnixTimeMilliseconds()})
                ON CONFLICT DO NOTHING
                """,
                ct
            )
            : database.Execute($"DELETE FROM stack_stars WHERE account_id = {accountId} AND stack_id = {stackId}", ct);
}
