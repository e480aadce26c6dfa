using Microsoft.AspNetCore.Identity;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.OAuth;
using Server.Sessions;

namespace Server.Accounts.Links;

/// <summary>A new password by a link: the old one is not asked for, so whatever began with it ends.</summary>
public sealed class PasswordReset(
    Database database,
    AccountStore accounts,
    AccountLinkStore links,
    AuditStore audit,
    UserManager<Account> users
)
{
    /// <returns>What is wrong with the password; empty if it is set; null if the link is no longer good.</returns>
    public async Task<IReadOnlyList<string>?> Use(Secret secret, string password, string address, CancellationToken ct)
    {
        if (await links.Find(secret, AccountLink.Reset, ct) is not { } found || await accounts.Find(found.AccountId, ct) is not { } account)
        {
            return null;
        }
        foreach (var validator in users.PasswordValidators)
        {
            var valid = await validator.ValidateAsync(users, account, password);
            if (!valid.Succeeded)
            {
                return [.. valid.Errors.Select(e => e.Description)];
            }
        }
        var hash = users.PasswordHasher.HashPassword(account, password);
        var spent = await database.Write(
            async transaction =>
            {
                if (await links.Spend(transaction, secret, AccountLink.Reset) is not { } link)
                {
                    return false;
                }
                await AccountStore.SetPassword(transaction, link.AccountId, hash, Guid.NewGuid().ToString());
                if (link.Email.Length > 0)
                {
                    await AccountStore.SetVerifiedEmail(transaction, link.AccountId, link.Email);
                }
                await SessionStore.RevokeAll(transaction, link.AccountId);
                await GrantStore.EndAll(transaction, link.AccountId);
                await audit.AddOfAccount(
                    transaction,
                    new(link.AccountId, null, address),
                    link.AccountId,
                    AuditEvent.PasswordReset,
                    $"Password of {account.Login} set by a {(link.Email.Length > 0 ? "link sent by mail" : "one-time link")}; all sessions and command-line logins ended"
                );
                return true;
            },
            ct
        );
        return spent ? [] : null;
    }
}
