using Cli.Api;
using Cli.Storage;
using Wire;

namespace Cli.Auth;

/// <summary>
/// Gets an account that a server accepts: from the store, from <c>PULUMI_ACCESS_TOKEN</c>, or from the person. <c>pulumi login</c> and every
/// command that needs a server go through here.
/// </summary>
internal sealed class CloudLogin(Session session, string url, bool makeCurrent)
{
    private readonly CredentialStore store = new(session);

    /// <summary>Null: as the stored account says.</summary>
    public bool? Insecure { get; init; }

    public async Task<Account> Run(CancellationToken ct)
    {
        var stored = ReadStored();
        var variable = session.Machine.Variable("PULUMI_ACCESS_TOKEN");
        var insecure = Insecure ?? stored?.Insecure ?? false;
        var storedSpeaks = variable is null || variable.Equals(stored?.AccessToken, StringComparison.Ordinal);
        if (stored is { HasCredential: true } && storedSpeaks)
        {
            var validation = new StoredLogin(session, url, store);
            if (await validation.Validate(stored with { Insecure = insecure }, ct) is { } valid)
            {
                Save(stored, valid);
                return valid;
            }
        }
        if (variable is not null)
        {
            session.Say("Logging in using access token from PULUMI_ACCESS_TOKEN");
            return await Accept(variable, insecure, ct);
        }
        if (!session.Interactive)
        {
            throw new UserErrorException(
                "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
                Exit.Authentication
            );
        }
        return await AskPerson(insecure, ct);
    }

    /// <summary>Stores the token's account, once the server has said whose it is.</summary>
    public Task<Account> Accept(string token, CancellationToken ct) => Accept(token, Insecure ?? false, ct);

    private async Task<Account> AskPerson(bool insecure, CancellationToken ct)
    {
        var console = Consoles.Of(session.Machine, url);
        var token = await new TokenPrompt(session, console).Ask(ct);
        var account = await Accept(token, insecure, ct);
        if (console is not null)
        {
            await session.Out.WriteAsync(LoginText.Welcome(console));
        }
        return account;
    }

    private async Task<Account> Accept(string token, bool insecure, CancellationToken ct)
    {
        using var client = new CloudClient(session, url, insecure);
        var user =
            await client.FindUser(token, ct) ?? throw new UserErrorException("Unauthorized: No credentials provided or are invalid.");
        var account = Accounts.Of(new Account(token) { Insecure = insecure }, user, session.Machine.Clock.GetUtcNow());
        store.Change(credentials => credentials.Store(url, account, makeCurrent));
        return account;
    }

    // A file that cannot be read is reported when something has to be written to it.
    private Account? ReadStored()
    {
        try
        {
            return store.ReadOrUndecryptable().Find(url);
        }
        catch (UndecryptableException undecryptable)
        {
            throw undecryptable.AsUserError();
        }
        catch (UserErrorException error)
        {
            if (session.Verbosity > 0)
            {
                session.Warn(error.Message);
            }
            return null;
        }
    }

    private void Save(Account before, Account after)
    {
        if (makeCurrent || after != before)
        {
            store.Change(credentials => credentials.Store(url, after, makeCurrent));
        }
    }
}

internal static class Accounts
{
    /// <summary>What the server says of the token's owner; an expiry that is known stays.</summary>
    public static Account Of(Account account, User user, DateTimeOffset now)
    {
        var expiry = account.Token?.ExpiresAt;
        return account with
        {
            UserName = user.GithubLogin,
            Organizations = [.. (user.Organizations ?? []).Select(organization => organization.GithubLogin)],
            LastValidatedAt = now,
            Token =
                user.TokenInfo is { } info ? new TokenInformation(info.Name ?? "", info.Organization ?? "", info.Team ?? "", expiry)
                : expiry is not null ? new TokenInformation("", "", "", expiry)
                : null,
        };
    }
}
