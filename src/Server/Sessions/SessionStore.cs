using System.Security.Cryptography;
using Server.Audit;
using Server.Auth;
using Server.Data;

namespace Server.Sessions;

/// <summary>Owns <c>sessions</c>.</summary>
public sealed class SessionStore(Database database, AuditStore audit, TimeProvider clock, SessionLastSeen lastSeen)
{
    public const int LongestUserAgent = 400;

    public Task<Secret> Start(string accountId, string address, string userAgent, bool factor, CancellationToken ct) =>
        Start(accountId, address, userAgent, factor, until: null, ct);

    /// <param name="until">When it ends; null is after <see cref="Session.Lifetime"/>.</param>
    public async Task<Secret> Start(
        string accountId,
        string address,
        string userAgent,
        bool factor,
        DateTimeOffset? until,
        CancellationToken ct
    )
    {
        var secret = new Secret(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        var expires = until?.ToUnixTimeMilliseconds() ?? Now + (long)Session.Lifetime.TotalMilliseconds;
        var agent = userAgent.Length <= LongestUserAgent ? userAgent : userAgent[..LongestUserAgent];
        await database.Write(
            async transaction =>
            {
                await transaction.Execute(
                    $"DELETE FROM sessions WHERE account_id = {accountId} AND (expires_ms <= {Now} OR last_seen_ms <= {Rested})"
                );
                await transaction.Execute(
                    $"""
                    DELETE FROM sessions WHERE account_id = {accountId} AND id NOT IN (
                      SELECT id FROM sessions WHERE account_id = {accountId} ORDER BY last_seen_ms DESC, id DESC LIMIT {Session.MostAtOnce
                        - 1})
                    """
                );
                await audit.AddOfMember(transaction, new(accountId, null, address), AuditEvent.UserLogin, "Signed in to the console");
                return await transaction.Execute(
                    $"""
                    INSERT INTO sessions (id, account_id, secret_hash, created_ms, last_seen_ms, expires_ms, address, user_agent, proven_ms, factor)
                    VALUES ({Guid.CreateVersion7().ToString()}, {accountId}, {secret.Hash()}, {Now}, {Now}, {expires}, {address}, {agent}, {Now}, {factor})
                    """
                );
            },
            ct
        );
        return secret;
    }

    /// <returns>Null if the session is unknown, revoked or over.</returns>
    public async Task<Caller?> Use(Secret secret, CancellationToken ct)
    {
        var caller = await database.QueryOne<Caller>(
            $"""
            SELECT s.id AS session_id, s.last_seen_ms AS last_used_ms, a.id AS account_id, a.login, a.name, a.email, a.site_admin
            FROM sessions s JOIN accounts a ON a.id = s.account_id
            WHERE s.secret_hash = {secret.Hash()} AND s.expires_ms > {Now} AND s.last_seen_ms > {Rested}
            """,
            ct
        );
        if (caller is not null)
        {
            lastSeen.Note(caller.SessionId!, caller.LastUsedMs);
        }
        return caller;
    }

    public Task<List<Session>> List(string accountId, CancellationToken ct) =>
        database.Query<Session>(
            $"SELECT * FROM sessions WHERE account_id = {accountId} AND expires_ms > {Now} AND last_seen_ms > {Rested} ORDER BY created_ms DESC, id DESC",
            ct
        );

    public async Task<bool> Revoke(string accountId, string id, CancellationToken ct) =>
        await database.Execute($"DELETE FROM sessions WHERE id = {id} AND account_id = {accountId}", ct) == 1;

    /// <summary>Signs the account out everywhere but here.</summary>
    public Task<int> RevokeOthers(string accountId, string keepId, CancellationToken ct) =>
        database.Execute($"DELETE FROM sessions WHERE account_id = {accountId} AND id <> {keepId}", ct);

    /// <summary>When this session last gave a password or a factor.</summary>
    public Task<long> ProvenMs(string id, CancellationToken ct) =>
        database.QueryOne<long>($"SELECT proven_ms FROM sessions WHERE id = {id}", ct);

    public Task Prove(string id, CancellationToken ct) => database.Execute($"UPDATE sessions SET proven_ms = {Now} WHERE id = {id}", ct);

    public static Task RevokeAll(Transaction transaction, string accountId) =>
        transaction.Execute($"DELETE FROM sessions WHERE account_id = {accountId}");

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
    private long Rested => Now - (long)Session.LongestRest.TotalMilliseconds;
}

/// <summary>Writes <c>sessions.last_seen_ms</c> late.</summary>
public sealed class SessionLastSeen(Database database, TimeProvider clock) : LastUse<string>(database, clock)
{
    protected override Task Write(Transaction transaction, string id, long ms) =>
        transaction.Execute($"UPDATE sessions SET last_seen_ms = {ms} WHERE id = {id} AND last_seen_ms < {ms}");
}
