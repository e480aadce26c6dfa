using System.Security.Cryptography;
using Server.Audit;
using Server.Auth;
using Server.Data;

namespace Server.Accounts.Links;

/// <summary>Owns <c>account_links</c>.</summary>
public sealed class AccountLinkStore(Database database, AuditStore audit, TimeProvider clock)
{
    /// <summary>So many links of one kind may wait for one account: nobody's mailbox is filled by others.</summary>
    private const int MostAtOnce = 3;

    /// <summary>One that is sent to an address.</summary>
    /// <returns>Null if so many wait already that no more is made.</returns>
    public Task<Secret?> Add(string accountId, string purpose, string email, CancellationToken ct) =>
        database.Write<Secret?>(
            async transaction =>
            {
                var waiting = await transaction.QueryOne<long>(
                    $"SELECT COUNT(*) FROM account_links WHERE account_id = {accountId} AND purpose = {purpose} AND email <> '' AND expires_ms > {Now}"
                );
                return waiting < MostAtOnce ? await Insert(transaction, accountId, purpose, email) : null;
            },
            ct
        );

    /// <summary>One to pass on, with which a new password is set.</summary>
    public Task<Secret> AddByAdministrator(Actor actor, Account account, string description, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await audit.AddOfAccount(transaction, actor, account.Id, AuditEvent.PasswordResetLinkCreated, description);
                return await Insert(transaction, account.Id, AccountLink.Reset, email: "");
            },
            ct
        );

    /// <returns>Null if there is none, or no more.</returns>
    public Task<AccountLink?> Find(Secret secret, string purpose, CancellationToken ct) =>
        database.QueryOne<AccountLink>(
            $"""
            SELECT account_id, purpose, email FROM account_links
            WHERE secret_hash = {secret.Hash()} AND purpose = {purpose} AND expires_ms > {Now}
            """,
            ct
        );

    /// <summary>Of two who use the link at once, one gets it. All others of its kind end with it.</summary>
    public async Task<AccountLink?> Spend(Transaction transaction, Secret secret, string purpose)
    {
        var link = await transaction.QueryOne<AccountLink>(
            $"""
            DELETE FROM account_links WHERE secret_hash = {secret.Hash()} AND purpose = {purpose} AND expires_ms > {Now}
            RETURNING account_id, purpose, email
            """
        );
        if (link is not null)
        {
            await transaction.Execute($"DELETE FROM account_links WHERE account_id = {link.AccountId} AND purpose = {purpose}");
        }
        return link;
    }

    /// <summary>Those that were sent to an address which is the account's no more.</summary>
    public static Task Forget(Transaction transaction, string accountId) =>
        transaction.Execute($"DELETE FROM account_links WHERE account_id = {accountId}");

    private async Task<Secret> Insert(Transaction transaction, string accountId, string purpose, string email)
    {
        var secret = new Secret(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        await transaction.Execute($"DELETE FROM account_links WHERE expires_ms <= {Now}");
        await transaction.Execute(
            $"""
            INSERT INTO account_links (secret_hash, account_id, purpose, email, created_ms, expires_ms)
            VALUES ({secret.Hash()}, {accountId}, {purpose}, {email}, {Now}, {Now + (long)AccountLink.Lifetime.TotalMilliseconds})
            """
        );
        return secret;
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
