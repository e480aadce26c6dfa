using Server.Auth;
using Server.Data;

namespace Server.Tokens;

/// <summary>Owns <c>access_tokens</c>. Deleting and expiring act on the very next request, because every request looks here.</summary>
public sealed class TokenStore(Database database, TimeProvider clock, TokenLastUsed lastUsed)
{
    /// <summary>Sorts after every id, in any collation.</summary>
    private const string Last = "g";

    /// <param name="cliSession">Identifies one browser login: a token minted for it before and never used is replaced, not kept.</param>
    public async Task<(Token Token, Secret Secret)> Create(
        string accountId,
        string description,
        long expiresMs,
        byte[]? cliSession,
        CancellationToken ct
    )
    {
        var secret = Token.NewSecret();
        var token = new Token
        {
            Id = Guid.CreateVersion7().ToString(),
            Description = description,
            CreatedMs = Now,
            LastUsedMs = 0,
            ExpiresMs = expiresMs,
        };
        await lastUsed.WriteDown();
        await database.Write(
            async transaction =>
            {
                await transaction.Execute(
                    $"DELETE FROM access_tokens WHERE account_id = {accountId} AND cli_session = {cliSession} AND last_used_ms = 0"
                );
                return await transaction.Execute(
                    $"""
                    INSERT INTO access_tokens (id, account_id, description, secret_hash, cli_session, created_ms, last_used_ms, expires_ms)
                    VALUES ({token.Id}, {accountId}, {description}, {secret.Hash()}, {cliSession}, {token.CreatedMs}, 0, {expiresMs})
                    """
                );
            },
            ct
        );
        return (token, secret);
    }

    /// <summary>Newest first.</summary>
    /// <param name="before">The id at which the page before ended; null for the first page.</param>
    public Task<List<Token>> List(string accountId, TokenFilter filter, string? before, int count, CancellationToken ct)
    {
        var (active, expired) = (filter != TokenFilter.Expired, filter != TokenFilter.Active);
        return database.Query<Token>(
            $"""
            SELECT * FROM access_tokens
            WHERE account_id = {accountId} AND id < {before ?? Last} AND grant_id IS NULL
              AND (({active} AND (expires_ms = 0 OR expires_ms > {Now})) OR ({expired} AND expires_ms <> 0 AND expires_ms <= {Now}))
            ORDER BY id DESC LIMIT {count}
            """,
            ct
        );
    }

    public Task<Token?> Find(string accountId, string id, CancellationToken ct) =>
        database.QueryOne<Token>($"SELECT * FROM access_tokens WHERE id = {id} AND account_id = {accountId}", ct);

    /// <summary>The newest one that a browser login made.</summary>
    public Task<Token?> NewestOfCli(string accountId, TimeSpan notOlderThan, CancellationToken ct) =>
        database.QueryOne<Token>(
            $"""
            SELECT * FROM access_tokens
            WHERE account_id = {accountId} AND cli_session IS NOT NULL AND created_ms > {Now - (long)notOlderThan.TotalMilliseconds}
            ORDER BY id DESC LIMIT 1
            """,
            ct
        );

    public async Task<bool> Delete(string accountId, string id, CancellationToken ct) =>
        await database.Execute($"DELETE FROM access_tokens WHERE id = {id} AND account_id = {accountId}", ct) == 1;

    /// <summary>A short-lived token of a login that refreshes itself. Such tokens are in no list; their login is (slice OAuth).</summary>
    public async Task<Secret> CreateOfGrant(Transaction transaction, string accountId, string grantId, string description, long expiresMs)
    {
        var secret = Token.NewSecret();
        await transaction.Execute($"DELETE FROM access_tokens WHERE grant_id = {grantId} AND expires_ms <= {Now}");
        await transaction.Execute(
            $"""
            INSERT INTO access_tokens (id, account_id, description, secret_hash, grant_id, created_ms, last_used_ms, expires_ms)
            VALUES ({Guid.CreateVersion7().ToString()}, {accountId}, {description}, {secret.Hash()}, {grantId}, {Now}, 0, {expiresMs})
            """
        );
        return secret;
    }

    /// <returns>Null if the token is unknown, or of no such login.</returns>
    public static Task<string?> GrantOf(Transaction transaction, Secret secret) =>
        transaction.QueryOne<string>($"SELECT grant_id FROM access_tokens WHERE secret_hash = {secret.Hash()} AND grant_id IS NOT NULL");

    public static Task<int> Delete(Transaction transaction, Secret secret) =>
        transaction.Execute($"DELETE FROM access_tokens WHERE secret_hash = {secret.Hash()}");

    public static Task<int> DeleteAll(Transaction transaction, string accountId) =>
        transaction.Execute($"DELETE FROM access_tokens WHERE account_id = {accountId}");

    /// <returns>Null if the token is unknown, deleted, expired, or another account's.</returns>
    public Task<Token?> Find(string accountId, Secret secret, CancellationToken ct) =>
        database.QueryOne<Token>(
            $"""
            SELECT * FROM access_tokens
            WHERE secret_hash = {secret.Hash()} AND account_id = {accountId} AND (expires_ms = 0 OR expires_ms > {Now})
            """,
            ct
        );

    /// <returns>Null if the token is unknown, deleted or expired.</returns>
    public async Task<Caller?> Use(Secret secret, CancellationToken ct)
    {
        var caller = await database.QueryOne<Caller>(
            $"""
            SELECT t.id AS token_id, t.last_used_ms, a.id AS account_id, a.login, a.name, a.email, a.site_admin
            FROM access_tokens t JOIN accounts a ON a.id = t.account_id
            WHERE t.secret_hash = {secret.Hash()} AND (t.expires_ms = 0 OR t.expires_ms > {Now})
            """,
            ct
        );
        if (caller is not null)
        {
            lastUsed.Note(caller.TokenId!, caller.LastUsedMs);
        }
        return caller;
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>Writes <c>access_tokens.last_used_ms</c> late.</summary>
public sealed class TokenLastUsed(Database database, TimeProvider clock) : LastUse(database, clock)
{
    protected override Task Write(Transaction transaction, string id, long ms) =>
        transaction.Execute($"UPDATE access_tokens SET last_used_ms = {ms} WHERE id = {id} AND last_used_ms < {ms}");
}
