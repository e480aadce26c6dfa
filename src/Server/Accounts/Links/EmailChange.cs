using System.Data.Common;
using Server.Audit;
using Server.Auth;
using Server.Data;

namespace Server.Accounts.Links;

/// <summary>
/// An account gets another address: with mail, once a link that was sent there has been opened; without, at once, and it is not verified. Links that were
/// sent to the former one end.
/// </summary>
public sealed class EmailChange(Database database, AccountStore accounts, AccountLinkStore links, AccountMail mail, AuditStore audit)
{
    /// <returns>What is wrong, as a sentence; null if it is changed, or a mail is on its way.</returns>
    public async Task<string?> Ask(Account account, string email, Actor actor, CancellationToken ct)
    {
        if (AccountRules.EmailProblem(email) is { } problem)
        {
            return problem;
        }
        if (email.Equals(account.Email, StringComparison.Ordinal))
        {
            return $"{email} is your address already.";
        }
        if (mail.IsConfigured)
        {
            return await mail.SendChange(account, email, ct)
                ? null
                : "Several mails wait to be opened. Use one of them, or try again in an hour.";
        }
        var changed = await Write(t => Set(t, account, email, verified: false, actor), ct);
        return changed ? null : Taken(email);
    }

    /// <returns>The new address, or what is wrong, as a sentence.</returns>
    public async Task<(string? Email, string? Problem)> Use(Secret secret, Caller caller, Actor actor, CancellationToken ct)
    {
        var account = (await accounts.Find(caller.AccountId, ct))!;
        AccountLink? link = null;
        var changed = await Write(
            async transaction =>
            {
                link = await links.Spend(transaction, secret, AccountLink.Change);
                if (link?.AccountId == account.Id)
                {
                    await Set(transaction, account, link.Email, verified: true, actor);
                }
            },
            ct
        );
        if (link?.AccountId != account.Id)
        {
            return (null, "This link is no longer good, or it is another account's. Links work once, within an hour. Ask for another one.");
        }
        if (!changed)
        {
            return (null, Taken(link.Email));
        }
        if (account.Email.Length > 0)
        {
            mail.TellOfChange(account, account.Email, link.Email);
        }
        return (link.Email, null);
    }

    private async Task Set(Transaction transaction, Account account, string email, bool verified, Actor actor)
    {
        await AccountStore.SetEmail(transaction, account.Id, email, verified);
        await AccountLinkStore.Forget(transaction, account.Id);
        var what = $"{account.Login} changed the e-mail address from {account.Email} to {email}";
        await audit.AddOfAccount(transaction, actor, account.Id, AuditEvent.EmailChanged, what);
    }

    /// <returns>False if another account has the address; then nothing was changed.</returns>
    private async Task<bool> Write(Func<Transaction, Task> change, CancellationToken ct)
    {
        try
        {
            return await database.Write(
                async transaction =>
                {
                    await change(transaction);
                    return true;
                },
                ct
            );
        }
        catch (DbException taken) when (taken.IsUniqueViolation())
        {
            return false;
        }
    }

    private static string Taken(string email) =>
        $"Another account has the address {email}. Sign in to that one, or choose another address.";
}
