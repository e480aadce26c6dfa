using Cli.Api;
using Cli.Storage;

namespace Cli.Auth;

/// <summary>Decides whether a stored login still holds. The server is asked once an hour.</summary>
internal sealed class StoredLogin(Session session, string url, CredentialStore store)
{
    private static readonly TimeSpan Trusted = TimeSpan.FromHours(1);

    /// <returns>The account as it now is; null when it no longer serves.</returns>
    public async Task<Account?> Validate(Account account, CancellationToken ct)
    {
        var now = session.Machine.Clock.GetUtcNow();
        var expired = account.IsExpired(now);
        if (expired && account.RefreshToken.Length == 0)
        {
            return null;
        }
        var isFresh = account.LastValidatedAt is { } last && now - last <= Trusted;
        if (!expired && isFresh && account.UserName.Length > 0)
        {
            return account;
        }
        return await AskServer(account, ct);
    }

    private async Task<Account?> AskServer(Account account, CancellationToken ct)
    {
        using var client = new CloudClient(session, url, account.Insecure);
        // An access token known to be dead is not worth a request.
        var isUsable = account.AccessToken.Length > 0 && !account.IsExpired(session.Machine.Clock.GetUtcNow());
        var user = isUsable ? await client.FindUser(account.AccessToken, ct) : null;
        if (user is null && account.RefreshToken.Length > 0 && await Refresh(client, account, ct) is { } renewed)
        {
            account = renewed;
            user = await client.FindUser(account.AccessToken, ct);
        }
        return user is null ? null : Accounts.Of(account, user, session.Machine.Clock.GetUtcNow());
    }

    // Stored before it is used: a server that rotates refresh tokens has already forgotten the old one.
    private async Task<Account?> Refresh(CloudClient client, Account account, CancellationToken ct)
    {
        if (await TokenGrants.Refresh(client, account.RefreshToken, ct) is not { } grant)
        {
            return null;
        }
        var token = account.Token ?? new TokenInformation("", "", "", null);
        var renewed = account with
        {
            AccessToken = grant.AccessToken,
            RefreshToken = grant.RefreshToken is { Length: > 0 } rotated ? rotated : account.RefreshToken,
            Token = token with { ExpiresAt = grant.ExpiresIn > 0 ? session.Machine.Clock.GetUtcNow().AddSeconds(grant.ExpiresIn) : null },
        };
        store.Change(credentials => credentials.Store(url, renewed, makeCurrent: false));
        return renewed;
    }
}
