using Server.Data;

namespace Server.Environments;

/// <summary>Owns <c>environment_sessions</c>.</summary>
public sealed class EnvironmentSessionStore(Database database, TimeProvider clock)
{
    public Task Add(
        Transaction transaction,
        string id,
        string organizationId,
        string? environmentId,
        string accountId,
        byte[] content,
        long expiresMs
    ) =>
        transaction.Execute(
            $"""
            INSERT INTO environment_sessions (id, organization_id, environment_id, account_id, content, expires_ms)
            VALUES ({id}, {organizationId}, {environmentId}, {accountId}, {content}, {expiresMs})
            """
        );

    /// <returns>Null where there is none (any more), or another account opened it.</returns>
    public Task<byte[]?> Find(string id, string organizationId, string? environmentId, string accountId, CancellationToken ct) =>
        database.QueryOne<byte[]>(
            $"""
            SELECT content FROM environment_sessions
            WHERE id = {id} AND organization_id = {organizationId} AND COALESCE(environment_id, '') = {environmentId ?? ""}
              AND account_id = {accountId} AND expires_ms > {Now}
            """,
            ct
        );

    public Task DeleteExpired(Transaction transaction) =>
        transaction.Execute($"DELETE FROM environment_sessions WHERE expires_ms <= {Now}");

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
