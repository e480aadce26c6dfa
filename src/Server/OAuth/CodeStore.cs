using Server.Auth;
using Server.Data;

namespace Server.OAuth;

/// <summary>Owns <c>oauth_codes</c>: what a browser carries to the command that waits, good for one use and a minute.</summary>
public sealed class CodeStore(Database database, TimeProvider clock, GrantStore grants)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>So long a code that comes again still ends the login it was used for.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    public async Task<Secret> Create(string accountId, AuthorizationRequest request, CancellationToken ct)
    {
        var code = GrantStore.NewSecret("");
        var asker = request.Asker;
        await database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM oauth_codes WHERE expires_ms < {Now - (long)Memory.TotalMilliseconds}");
                return await transaction.Execute(
                    $"""
                    INSERT INTO oauth_codes (secret_hash, account_id, challenge, redirect_uri, host, command, address, expires_ms)
                    VALUES ({code.Hash()}, {accountId}, {request.Challenge}, {request.RedirectUri}, {asker.Host}, {asker.Command},
                      {asker.Address}, {Now + (long)Lifetime.TotalMilliseconds})
                    """
                );
            },
            ct
        );
        return code;
    }

    /// <returns>Null if the code is unknown, expired, used, or meant for another; a wrong verifier uses it up.</returns>
    public Task<IssuedTokens?> Redeem(Secret secret, string verifier, string redirectUri, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                var (hash, grantId) = (secret.Hash(), GrantStore.NewId());
                var first =
                    await transaction.Execute(
                        $"UPDATE oauth_codes SET grant_id = {grantId} WHERE secret_hash = {hash} AND grant_id IS NULL"
                    ) == 1;
                var code = await transaction.QueryOne<Code>($"SELECT * FROM oauth_codes WHERE secret_hash = {hash}");
                if (code is not null && !first)
                {
                    await GrantStore.End(transaction, code.GrantId); // somebody else has the code as well
                }
                return
                    code is not null
                    && first
                    && code.ExpiresMs > Now
                    && code.RedirectUri == redirectUri
                    && NativeClient.Fits(verifier, code.Challenge)
                    ? await grants.Start(transaction, grantId, code.AccountId, code)
                    : null;
            },
            ct
        );

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Code : Asker
    {
        public required string AccountId { get; init; }
        public required string Challenge { get; init; }
        public required string RedirectUri { get; init; }
        public required long ExpiresMs { get; init; }
        public required string GrantId { get; init; }
    }
}
