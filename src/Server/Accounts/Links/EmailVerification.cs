using Server.Audit;
using Server.Auth;
using Server.Data;

namespace Server.Accounts.Links;

/// <summary>Somebody who is signed in opens the link that was sent to his address.</summary>
public sealed class EmailVerification(Database database, AccountLinkStore links, AuditStore audit)
{
    public Task<bool> Use(Secret secret, Caller caller, string address, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                var link = await links.Spend(transaction, secret, AccountLink.Verify);
                if (link?.AccountId != caller.AccountId)
                {
                    return false;
                }
                await AccountStore.SetVerifiedEmail(transaction, link.AccountId, link.Email);
                await audit.AddOfAccount(
                    transaction,
                    new(caller.AccountId, null, address),
                    caller.AccountId,
                    AuditEvent.EmailVerified,
                    $"{caller.Login} proved to own {link.Email}"
                );
                return true;
            },
            ct
        );
}
