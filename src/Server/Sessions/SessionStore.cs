using System.Security.Cryptography;
using Server.Auth;
using Server.Data;

namespace Server.Sessions;

/// <summary>Owns <c>sessions</c>.</summary>
public sealed class SessionStore(Database database, TimeProvider clock, SessionLastSeen lastSeen)
{
    public const int LongestUserAgent = 400;

    public async Task<Secret> Start(string accountId, string address, string userAgent, CancellationToken ct)
    {
        var secret = new Secret(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        var expires = Now + (long)Session.Lifetime.TotalMilliseconds;
        var agent = userAgent.Length <= LongestUserAgent ? userAgent : userAgent[..LongestUserAgent];
        await database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM sessions WHERE account_id = {accountId} AND expires_ms <= {Now}");
                return await transaction.Execute(
                    $"""
                    INSERT INTO sessions (id, account_id, secret_hash, created_ms, last_seen_ms, expires_ms, address, user_agent)
                    VALUES ({Guid.CreateVersion7().ToString()}, {accountId}, {secret.Hash()}, {Now}, {Now}, {expires}, {address}, {agent})
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
        var found = await database.QueryOne<Row>(
            $"""
            SELECT s.id AS session_id, s.last_seen_ms, a.id AS account_id, a.login, a.name, a.email, a.site_admin
            FROM sessions s JOIN accounts a ON a.id = s.account_id
            WHERE s.secret_hash = {secret.Hash()} AND s.expires_ms > {Now}
            """,
            ct
        );
        if (found is null)
        {
            return null;
        }
        lastSeen.Use.Note(found.SessionId, found.LastSeenMs);
        return new()
        {
            AccountId = found.AccountId,
            Login = found.Login,
            Name = found.Name,
            Email = found.Email,
            SiteAdmin = found.SiteAdmin,
            SessionId = found.SessionId,
        };
    }

    public Task<List<Session>> List(string accountId, CancellationToken ct) =>
        database.Query<Session>(
            $"SELECT * FROM sessions WHERE account_id = {accountId} AND expires_ms > {Now} ORDER BY created_ms DESC, id DESC",
            ct
        );

    public async Task<bool> Revoke(string accountId, string id, CancellationToken ct) =>
        await database.Execute($"DELETE FROM sessions WHERE id = {id} AND account_id = {accountId}", ct) == 1;

    /// <summary>Signs the account out everywhere but here.</summary>
    public Task<int> RevokeOthers(string accountId, string keepId, CancellationToken ct) =>
        database.Execute($"DELETE FROM sessions WHERE account_id = {accountId} AND id <> {keepId}", ct);

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Row
    {
        public string SessionId { get; init; } = "";
        public long LastSeenMs { get; init; }
        public string AccountId { get; init; } = "";
        public string Login { get; init; } = "";
        public string Name { get; init; } = "";
        public string Email { get; init; } = "";
        public bool SiteAdmin { get; init; }
    }
}

/// <summary>Writes <c>sessions.last_seen_ms</c> late.</summary>
public sealed class SessionLastSeen(Database database, TimeProvider clock)
{
    public LastUse Use { get; } =
        new(
            clock,
            notes =>
                database.Write(
                    async transaction =>
                    {
                        foreach (var (id, ms) in notes)
                        {
                            await transaction.Execute($"UPDATE sessions SET last_seen_ms = {ms} WHERE id = {id} AND last_seen_ms < {ms}");
                        }
                        return notes.Count;
                    },
                    CancellationToken.None
                )
        );
}
