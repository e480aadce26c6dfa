using Server.Audit;
using Server.Auth;
using Server.Data;

namespace Server.Tokens;

/// <summary>
/// Owns <c>access_tokens</c> and <c>token_addresses</c>. Deleting and expiring act on the very next request, because every request looks here. No
/// secret is ever compared: its hash is looked up, so an answer's time tells nothing of how near a guess was.
/// </summary>
public sealed class TokenStore(Database database, TimeProvider clock, TokenLastUsed lastUsed, TokenAudit audit)
{
    /// <summary>Sorts after every id, in any collation.</summary>
    private const string Last = "g";

    public async Task<(Token Token, Secret Secret)> Create(NewToken wanted, Actor actor, CancellationToken ct)
    {
        await lastUsed.WriteDown();
        return await database.Write(transaction => Create(transaction, wanted, actor), ct);
    }

    public async Task<(Token Token, Secret Secret)> Create(Transaction transaction, NewToken wanted, Actor actor)
    {
        var secret = Token.NewSecret();
        var token = wanted.Made(Guid.CreateVersion7().ToString(), Now);
        var limits = wanted.Limits;
        await transaction.Execute(
            $"""
            DELETE FROM access_tokens
            WHERE account_id = {wanted.AccountId} AND cli_session = {wanted.CliSession} AND last_used_ms = 0
            """
        );
        await transaction.Execute(
            $"""
            INSERT INTO access_tokens (id, account_id, description, secret_hash, cli_session, created_ms, last_used_ms, expires_ms,
              read_only, no_decrypt, only_stack_id, only_organization_id, service_account_id)
            VALUES ({token.Id}, {wanted.AccountId}, {token.Description}, {secret.Hash()}, {wanted.CliSession}, {token.CreatedMs}, 0,
              {token.ExpiresMs}, {limits.ReadOnly}, {limits.NoDecrypt}, {limits.StackId}, {limits.OrganizationId}, {wanted.ServiceAccountId})
            """
        );
        await audit.Created(transaction, wanted.AccountId, token, actor);
        return (token, secret);
    }

    /// <summary>Newest first.</summary>
    /// <param name="before">The id at which the page before ended; null for the first page.</param>
    public Task<List<Token>> List(string accountId, TokenFilter filter, string? before, int count, CancellationToken ct) =>
        database.Query<Token>(
            $"{Tokens} WHERE t.account_id = {accountId} AND {Shown(filter, before, Now)} ORDER BY t.id DESC LIMIT {count}",
            ct
        );

    public Task<Token?> Find(string accountId, string id, CancellationToken ct) =>
        database.QueryOne<Token>(
            $"{Tokens} WHERE t.id = {id} AND t.account_id = {accountId} AND t.grant_id IS NULL AND t.issuer_id IS NULL",
            ct
        );

    /// <summary>The newest one that a browser login made.</summary>
    public Task<Token?> NewestOfCli(string accountId, TimeSpan notOlderThan, CancellationToken ct) =>
        database.QueryOne<Token>(
            $"""
            {Tokens}
            WHERE t.account_id = {accountId} AND t.cli_session IS NOT NULL AND t.created_ms > {Now - (long)notOlderThan.TotalMilliseconds}
            ORDER BY t.id DESC LIMIT 1
            """,
            ct
        );

    /// <returns>False if there is no such token.</returns>
    public Task<bool> Delete(string accountId, string id, Actor actor, CancellationToken ct) =>
        Change(
            accountId,
            id,
            async (transaction, token) =>
            {
                await transaction.Execute($"DELETE FROM access_tokens WHERE id = {id}");
                await audit.Deleted(transaction, accountId, token, actor);
            },
            ct
        );

    /// <returns>False if there is no such token.</returns>
    public Task<bool> Rename(string accountId, string id, string description, Actor actor, CancellationToken ct) =>
        Change(
            accountId,
            id,
            async (transaction, token) =>
            {
                await transaction.Execute($"UPDATE access_tokens SET description = {description} WHERE id = {id}");
                await audit.Renamed(transaction, accountId, token, description, actor);
            },
            ct
        );

    /// <summary>A new secret; the present one works until the overlap ends, and one before that is over at once.</summary>
    /// <returns>Null if there is no such token, or it has expired: an expired token stays so.</returns>
    public async Task<Secret?> Rotate(string accountId, string id, Rotation rotation, Actor actor, CancellationToken ct)
    {
        var (secret, done) = (Token.NewSecret(), false);
        var until = Now + (long)rotation.Overlap.TotalMilliseconds;
        await Change(
            accountId,
            id,
            async (transaction, token) =>
            {
                if (!token.IsExpired(clock))
                {
                    done = true;
                    await transaction.Execute(
                        $"""
                        UPDATE access_tokens
                        SET previous_hash = secret_hash, previous_until_ms = {until}, secret_hash = {secret.Hash()},
                            expires_ms = {rotation.ExpiresMs ?? token.ExpiresMs}, cli_session = NULL
                        WHERE id = {id}
                        """
                    );
                    await audit.Rotated(transaction, accountId, token, until, actor);
                }
            },
            ct
        );
        return done ? secret : null;
    }

    /// <summary>A short-lived token that another's was exchanged for. Such tokens are in no list; who exchanges audits it.</summary>
    public async Task<(string Id, Secret Secret)> CreateExchanged(Transaction transaction, NewToken wanted, string issuerId)
    {
        var (id, secret) = (Guid.CreateVersion7().ToString(), Token.NewSecret());
        await transaction.Execute($"DELETE FROM access_tokens WHERE issuer_id = {issuerId} AND expires_ms <= {Now}");
        await transaction.Execute(
            $"""
            INSERT INTO access_tokens (id, account_id, description, secret_hash, created_ms, last_used_ms, expires_ms,
              only_organization_id, service_account_id, issuer_id)
            VALUES ({id}, {wanted.AccountId}, {wanted.Description}, {secret.Hash()}, {Now}, 0, {wanted.ExpiresMs},
              {wanted.Limits.OrganizationId}, {wanted.ServiceAccountId}, {issuerId})
            """
        );
        return (id, secret);
    }

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
        database.QueryOne<Token>($"{Tokens} WHERE {IsGood(secret)} AND t.account_id = {accountId}", ct);

    /// <returns>Null if the token is unknown, deleted or expired.</returns>
    public async Task<Caller?> Use(Secret secret, string address, string client, CancellationToken ct)
    {
        var caller = await database.QueryOne<Caller>(
            $"""
            SELECT t.id AS token_id, t.last_used_ms, t.read_only, t.no_decrypt, t.only_stack_id, t.only_organization_id,
              t.expires_ms AS token_expires_ms, (t.grant_id IS NOT NULL OR t.issuer_id IS NOT NULL) AS short_lived,
              a.id AS account_id, a.login, a.name, a.email, a.site_admin,
              sa.name AS machine, so.login AS machine_organization, st.name AS machine_team
            FROM access_tokens t JOIN accounts a ON a.id = t.account_id
            LEFT JOIN service_accounts sa ON sa.account_id = t.service_account_id
            LEFT JOIN organizations so ON so.id = sa.organization_id
            LEFT JOIN teams st ON st.id = sa.team_id
            WHERE {IsGood(secret)}
            """,
            ct
        );
        if (caller is not null)
        {
            lastUsed.Note(new(caller.TokenId!, caller.AccountId, address, client), caller.LastUsedMs);
        }
        return caller;
    }

    /// <summary>What lists of tokens <c>t</c> show: not those of logins, nor those that were exchanged.</summary>
    internal static Sql Shown(TokenFilter filter, string? before, long nowMs)
    {
        var (active, expired) = (filter != TokenFilter.Expired, filter != TokenFilter.Active);
        return $"""
            t.id < {before ?? Last} AND t.grant_id IS NULL AND t.issuer_id IS NULL
              AND (({active} AND (t.expires_ms = 0 OR t.expires_ms > {nowMs})) OR ({expired} AND t.expires_ms <> 0 AND t.expires_ms <= {nowMs}))
            """;
    }

    internal static Sql Tokens =>
        $"""
            SELECT t.*, s.project AS stack_project, s.name AS stack_name, so.login AS stack_organization, o.login AS organization,
              sa.name, COALESCE(sa.created_by, a.login) AS created_by, sa.team_id, m.role, m.role_id, cr.name AS role_name
            FROM access_tokens t JOIN accounts a ON a.id = t.account_id
            LEFT JOIN stacks s ON s.id = t.only_stack_id LEFT JOIN organizations so ON so.id = s.organization_id
            LEFT JOIN organizations o ON o.id = t.only_organization_id
            LEFT JOIN service_accounts sa ON sa.account_id = t.service_account_id
            LEFT JOIN memberships m ON m.account_id = sa.account_id AND m.organization_id = sa.organization_id
            LEFT JOIN roles cr ON cr.id = m.role_id
            """;

    private Sql IsGood(Secret secret) =>
        $"""
            (t.secret_hash = {secret.Hash()} OR (t.previous_hash = {secret.Hash()} AND t.previous_until_ms > {Now}))
              AND (t.expires_ms = 0 OR t.expires_ms > {Now})
            """;

    private Task<bool> Change(string accountId, string id, Func<Transaction, Token, Task> change, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await transaction.Execute($"UPDATE access_tokens SET account_id = account_id WHERE id = {id}"); // holds others back
                var token = await transaction.QueryOne<Token>(
                    $"{Tokens} WHERE t.id = {id} AND t.account_id = {accountId} AND t.grant_id IS NULL AND t.issuer_id IS NULL"
                );
                if (token is not null)
                {
                    await change(transaction, token);
                }
                return token is not null;
            },
            ct
        );

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
