using Cli.Api;
using Cli.Storage;
using Wire;

namespace Cli.Auth;

/// <summary>Gets an account that a cloud back end accepts: the stored one, a token from the environment, or one that the person gives.</summary>
internal sealed class CloudLogin(Session session, CredentialStore store, string url, Trust trust)
{
    private static readonly TimeSpan TrustValidationFor = TimeSpan.FromHours(1);

    /// <summary>With a code for another device's browser, whatever else there is to log in with.</summary>
    public bool ByDevice { get; init; }

    private readonly string? console = ConsoleUrl.Of(BackendUrl.Parse(url), session.Machine.Variable("PULUMI_CONSOLE_DOMAIN"));

    public async Task<Account> Run(bool makeCurrent, CancellationToken ct)
    {
        if (ByDevice)
        {
            return await With(await OAuthLogin.ByDevice(session, url, trust, ct), makeCurrent, ct);
        }
        var stored = Stored();
        var variable = session.Machine.Variable("PULUMI_ACCESS_TOKEN")?.Trim();
        if (
            stored is { HasCredential: true }
            && (variable is null || variable == stored.AccessToken)
            && await Validate(stored, ct) is { } valid
        )
        {
            var account = valid with { Trust = trust };
            return makeCurrent || account != stored ? Keep(account, makeCurrent) : account;
        }
        if (variable is not null)
        {
            session.Say("Logging in using access token from PULUMI_ACCESS_TOKEN");
            return Keep(await AccountOf(variable, ct), makeCurrent);
        }
        if (!session.Interactive)
        {
            throw new UserErrorException(
                "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
                Exit.Authentication
            );
        }
        var token = await new TokenPrompt(session, console).Ask(ct);
        var entered = token.Length > 0 ? Keep(await AccountOf(token, ct), makeCurrent) : await WithBrowser(console!, makeCurrent, ct);
        if (console is not null)
        {
            await session.Out.WriteAsync(Welcome.Text(console));
        }
        return entered;
    }

    /// <summary>Without a token in any address where the server can do that; as the stock CLI does it with all others.</summary>
    private async Task<Account> WithBrowser(string page, bool makeCurrent, CancellationToken ct) =>
        await OAuthLogin.ByBrowser(session, url, trust, ct) is { } grant
            ? await With(grant, makeCurrent, ct)
            : Keep(await AccountOf(await new BrowserLogin(session, page).Run(ct), ct), makeCurrent);

    /// <summary>Logs in with a token that the caller has.</summary>
    public async Task<Account> With(string token, bool makeCurrent, CancellationToken ct) => Keep(await AccountOf(token, ct), makeCurrent);

    /// <summary>Logs in with what a token exchange gave.</summary>
    public async Task<Account> With(TokenGrant grant, bool makeCurrent, CancellationToken ct)
    {
        var account = await AccountOf(grant.AccessToken, ct);
        var expires = session.Machine.Clock.GetUtcNow().AddSeconds(grant.ExpiresIn);
        return Keep(
            account with
            {
                RefreshToken = grant.RefreshToken ?? "",
                Trust = trust,
                Token = (account.Token ?? new("", "", "", null)) with { ExpiresAt = expires },
            },
            makeCurrent
        );
    }

    /// <summary>Exchanges the refresh token, whether that is due or not.</summary>
    /// <exception cref="UserErrorException">There is none, or the server takes it no more.</exception>
    public async Task<Account> RefreshNow(CancellationToken ct)
    {
        if (Stored() is not { RefreshToken.Length: > 0 } account)
        {
            throw new UserErrorException(
                $"there is no login to {url} that could be refreshed: only logins with the browser or a device code have a refresh token",
                Exit.Authentication
            );
        }
        return await Refresh(account, ct)
            ?? throw new UserErrorException($"{url} does not accept this login any more; run `pulumi login {url}`", Exit.Authentication);
    }

    /// <returns>Null if the server does not accept it any more.</returns>
    private async Task<Account?> Validate(Account account, CancellationToken ct)
    {
        var now = session.Machine.Clock.GetUtcNow();
        if (account.IsExpired(now))
        {
            return account.RefreshToken.Length > 0 && await Refresh(account, ct) is { } fresh ? await Confirm(fresh, ct) : null;
        }
        if (account.UserName.Length > 0 && account.LastValidatedAt is { } validated && now - validated < TrustValidationFor)
        {
            return account;
        }
        if (await Confirm(account, ct) is { } confirmed)
        {
            return confirmed;
        }
        return account.RefreshToken.Length > 0 && await Refresh(account, ct) is { } renewed ? await Confirm(renewed, ct) : null;
    }

    private async Task<Account?> Confirm(Account account, CancellationToken ct)
    {
        using var client = new CloudClient(session, url, trust);
        try
        {
            return Described(account, await client.GetUser(account.AccessToken, ct));
        }
        catch (ApiException refused) when (refused is { Status: 401, SamlOrganization: null })
        {
            return null;
        }
        catch (ApiException refused)
        {
            throw refused.AsUserError(console);
        }
    }

    private async Task<Account?> Refresh(Account account, CancellationToken ct)
    {
        // One process at a time: a refresh token is good for one refresh.
        using var turn = store.RefreshTurn();
        if (Stored() is { } stored && stored.AccessToken != account.AccessToken && !stored.IsExpired(session.Machine.Clock.GetUtcNow()))
        {
            return stored;
        }
        using var client = new CloudClient(session, url, trust);
        try
        {
            var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = account.RefreshToken };
            var grant = await client.Grant(form, repeat: false, ct);
            var expires = session.Machine.Clock.GetUtcNow().AddSeconds(grant.ExpiresIn);
            var renewed = account with
            {
                AccessToken = grant.AccessToken,
                RefreshToken = grant.RefreshToken is { Length: > 0 } rotated ? rotated : account.RefreshToken,
                Token = (account.Token ?? new("", "", "", null)) with { ExpiresAt = expires },
            };
            // Before it is used: the old refresh token may be spent, and whatever fails next must not lose the new one.
            return Keep(renewed, makeCurrent: false);
        }
        catch (ApiException)
        {
            return null;
        }
    }

    private async Task<Account> AccountOf(string token, CancellationToken ct)
    {
        using var client = new CloudClient(session, url, trust);
        try
        {
            return Described(new Account(token), await client.GetUser(token, ct)) with { Trust = trust };
        }
        catch (ApiException refused)
        {
            throw refused.AsLoginError(console);
        }
    }

    private Account Described(Account account, User user) =>
        account with
        {
            UserName = user.GithubLogin,
            Organizations = [.. (user.Organizations ?? []).Select(o => o.GithubLogin)],
            LastValidatedAt = session.Machine.Clock.GetUtcNow(),
            Token =
                user.TokenInfo is { } token ? new(token.Name, token.Organization ?? "", token.Team ?? "", account.Token?.ExpiresAt)
                : account.Token?.ExpiresAt is { } expires ? new("", "", "", expires)
                : null,
        };

    private Account Keep(Account account, bool makeCurrent)
    {
        store.Change(credentials => credentials.Store(url, account, makeCurrent));
        return account;
    }

    // A file that cannot be read does not stop a login here; storing what the login gives will say what is wrong with it.
    private Account? Stored()
    {
        try
        {
            return store.ReadOrUndecryptable().Find(url);
        }
        catch (UserErrorException problem) when (problem is not LockedCredentialsException)
        {
            return null;
        }
        catch (UndecryptableException undecryptable)
        {
            throw undecryptable.AsUserError();
        }
    }
}
