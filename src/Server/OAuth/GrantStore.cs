using System.Security.Cryptography;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Tokens;

namespace Server.OAuth;

/// <summary>Owns <c>oauth_grants</c> and <c>oauth_refresh_tokens</c>.</summary>
public sealed class GrantStore(Database database, AuditStore audit, TimeProvider clock, TokenStore tokens)
{
    /// <summary>
    /// So long a spent refresh token still gives new ones. Commands of the stock CLI that run side by side all send the same one, and the answer to a
    /// refresh can get lost. After that, whoever sends a spent token has a copy, and nobody can tell whose is the stolen one.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    public async Task<IssuedTokens> Start(Transaction transaction, string grantId, string accountId, Asker asker)
    {
        await transaction.Execute($"DELETE FROM oauth_grants WHERE account_id = {accountId} AND expires_ms <= {Now}");
        await transaction.Execute(
            $"""
            INSERT INTO oauth_grants (id, account_id, host, command, address, created_ms, last_used_ms, expires_ms)
            VALUES ({grantId}, {accountId}, {asker.Host}, {asker.Command}, {asker.Address}, {Now}, {Now}, {ExpiryOf(Now)})
            """
        );
        var actor = new Actor(accountId, null, asker.Address);
        await audit.AddOfAccount(transaction, actor, accountId, AuditEvent.CliLogin, $"Logged in a command line on {asker.Host}");
        return await Issue(transaction, grantId, accountId, asker.Host);
    }

    /// <returns>Null if the token is unknown or its login is over; using a spent one ends the login.</returns>
    public Task<IssuedTokens?> Refresh(Secret refresh, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                var hash = refresh.Hash();
                var first =
                    await transaction.Execute(
                        $"UPDATE oauth_refresh_tokens SET spent_ms = {Now} WHERE secret_hash = {hash} AND spent_ms = 0"
                    ) == 1;
                var known = await transaction.QueryOne<Known>(
                    $"""
                    SELECT g.id, g.account_id, g.host, g.created_ms, g.expires_ms, r.spent_ms
                    FROM oauth_refresh_tokens r JOIN oauth_grants g ON g.id = r.grant_id WHERE r.secret_hash = {hash}
                    """
                );
                if (known is null)
                {
                    return null;
                }
                if (known.ExpiresMs <= Now || (!first && Now - known.SpentMs > Grace.TotalMilliseconds))
                {
                    await transaction.Execute($"DELETE FROM oauth_grants WHERE id = {known.Id}");
                    return null;
                }
                await transaction.Execute(
                    $"UPDATE oauth_grants SET last_used_ms = {Now}, expires_ms = {ExpiryOf(known.CreatedMs)} WHERE id = {known.Id}"
                );
                return (IssuedTokens?)await Issue(transaction, known.Id, known.AccountId, known.Host);
            },
            ct
        );

    public Task<List<Grant>> List(string accountId, CancellationToken ct) =>
        database.Query<Grant>(
            $"SELECT * FROM oauth_grants WHERE account_id = {accountId} AND expires_ms > {Now} ORDER BY created_ms DESC, id DESC",
            ct
        );

    /// <summary>Its tokens are refused from the next request on.</summary>
    public async Task<bool> End(string accountId, string id, CancellationToken ct) =>
        await database.Execute($"DELETE FROM oauth_grants WHERE id = {id} AND account_id = {accountId}", ct) == 1;

    /// <summary>As <see cref="End(string, string, CancellationToken)"/>, all that an account has.</summary>
    public Task EndAll(string accountId, CancellationToken ct) =>
        database.Execute($"DELETE FROM oauth_grants WHERE account_id = {accountId}", ct);

    public static Task EndAll(Transaction transaction, string accountId) =>
        transaction.Execute($"DELETE FROM oauth_grants WHERE account_id = {accountId}");

    /// <returns>The newest login that began so recently.</returns>
    public async Task<Grant?> Newest(string accountId, TimeSpan notOlderThan, CancellationToken ct) =>
        (await List(accountId, ct)).FirstOrDefault(g => g.CreatedMs > Now - notOlderThan.TotalMilliseconds);

    public static Task<int> End(Transaction transaction, string? id) => transaction.Execute($"DELETE FROM oauth_grants WHERE id = {id}");

    /// <summary>Ends the login that a token belongs to, whichever of its tokens that is; a token made by hand is deleted.</summary>
    public Task Revoke(Secret secret, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                var hash = secret.Hash();
                var id =
                    await transaction.QueryOne<string>($"SELECT grant_id FROM oauth_refresh_tokens WHERE secret_hash = {hash}")
                    ?? await TokenStore.GrantOf(transaction, secret);
                if (await transaction.QueryOne<Grant>($"SELECT * FROM oauth_grants WHERE id = {id}") is { } grant)
                {
                    var account = (await transaction.QueryOne<string>($"SELECT account_id FROM oauth_grants WHERE id = {id}"))!;
                    var what = $"A command line on {grant.Host} logged out";
                    await audit.AddOfAccount(transaction, new(account, null, ""), account, AuditEvent.CliLoginRevoked, what);
                }
                return id is null ? await TokenStore.Delete(transaction, secret) : await End(transaction, id);
            },
            ct
        );

    public static string NewId() => Guid.CreateVersion7().ToString();

    public static Secret NewSecret(string prefix) => new(prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    private async Task<IssuedTokens> Issue(Transaction transaction, string grantId, string accountId, string host)
    {
        var refresh = NewSecret("pulr-");
        await transaction.Execute(
            $"""
            INSERT INTO oauth_refresh_tokens (secret_hash, grant_id, created_ms, spent_ms) VALUES ({refresh.Hash()}, {grantId}, {Now}, 0)
            """
        );
        var expires = Now + (long)Grant.AccessLifetime.TotalMilliseconds;
        return new(await tokens.CreateOfGrant(transaction, accountId, grantId, "pulumi login on " + host, expires), refresh);
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private long ExpiryOf(long createdMs) =>
        Math.Min(Now + (long)Grant.Lifetime.TotalMilliseconds, createdMs + (long)Grant.LongestLifetime.TotalMilliseconds);

    private sealed record Known
    {
        public required string Id { get; init; }
        public required string AccountId { get; init; }
        public required string Host { get; init; }
        public required long CreatedMs { get; init; }
        public required long ExpiresMs { get; init; }
        public required long SpentMs { get; init; }
    }
}
