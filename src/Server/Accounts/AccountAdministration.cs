using Server.Accounts.Links;
using Server.Audit;
using Server.Data;
using Server.Factors;
using Server.OAuth;
using Server.Sessions;

namespace Server.Accounts;

/// <summary>An account of a machine, as the administrators of the service see it.</summary>
public sealed record MachineAccount
{
    public required string Login { get; init; }
    public required string Organization { get; init; }
    public required string CreatedBy { get; init; }
    public required long CreatedMs { get; init; }

    /// <summary>Of its tokens; 0 is never.</summary>
    public required long LastUsedMs { get; init; }
}

/// <summary>What is known of how somebody signs in. Nothing of it opens anything.</summary>
public sealed record AccountFacts
{
    public required long Apps { get; init; }
    public required long Passkeys { get; init; }
    public required long Sessions { get; init; }
    public required long CommandLines { get; init; }
    public required long Tokens { get; init; }

    public bool HasFactors => Apps + Passkeys > 0;
}

/// <summary>What the administrators of the service do for accounts of others. The owner is told, and everything is in the audit log.</summary>
public sealed class AccountAdministration(Database database, AccountMail mail, AuditStore audit, TimeProvider clock)
{
    public const int MostListed = 500;

    public async Task<AccountFacts> Facts(string accountId, CancellationToken ct) =>
        (
            await database.QueryOne<AccountFacts>(
                $"""
                SELECT (SELECT COUNT(*) FROM totp_seeds WHERE account_id = {accountId} AND confirmed) AS apps,
                  (SELECT COUNT(*) FROM passkeys WHERE account_id = {accountId}) AS passkeys,
                  (SELECT COUNT(*) FROM sessions WHERE account_id = {accountId} AND expires_ms > {Now}) AS sessions,
                  (SELECT COUNT(*) FROM oauth_grants WHERE account_id = {accountId}) AS command_lines,
                  (SELECT COUNT(*) FROM access_tokens WHERE account_id = {accountId} AND grant_id IS NULL AND (expires_ms = 0 OR expires_ms > {Now})) AS tokens
                """,
                ct
            )
        )!;

    /// <summary>Those of tokens of organizations and teams, by name.</summary>
    public Task<List<MachineAccount>> Machines(CancellationToken ct) =>
        database.Query<MachineAccount>(
            $"""
            SELECT a.login, o.login AS organization, s.created_by, s.created_ms,
              COALESCE((SELECT MAX(t.last_used_ms) FROM access_tokens t WHERE t.account_id = a.id), 0) AS last_used_ms
            FROM service_accounts s JOIN accounts a ON a.id = s.account_id JOIN organizations o ON o.id = s.organization_id
            ORDER BY a.login LIMIT {MostListed}
            """,
            ct
        );

    /// <summary>For who has lost them: with all sessions and logins, since whoever has them may be somebody else.</summary>
    public async Task RemoveFactors(Account account, Actor actor, CancellationToken ct)
    {
        await database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM totp_seeds WHERE account_id = {account.Id}");
                await transaction.Execute($"DELETE FROM passkeys WHERE account_id = {account.Id}");
                await FactorStore.ForgetUselessCodes(transaction, account.Id);
                await EndLogins(transaction, account);
                var what =
                    $"The second factors of {account.Login} were removed by an administrator; all sessions and command-line logins ended";
                await audit.AddOfAccount(transaction, actor, account.Id, AuditEvent.FactorRemoved, what);
                return true;
            },
            ct
        );
        mail.TellOfFactors(account);
    }

    public Task EndLogins(Account account, Actor actor, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await EndLogins(transaction, account);
                var what = $"All sessions and command-line logins of {account.Login} were ended by an administrator";
                await audit.AddOfAccount(transaction, actor, account.Id, AuditEvent.SessionsRevoked, what);
                return true;
            },
            ct
        );

    /// <returns>False if nobody would be left who administers the service, or nothing changes.</returns>
    public Task<bool> SetSiteAdmin(Account account, bool on, Actor actor, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                if (!await AccountStore.SetSiteAdmin(transaction, account.Id, on))
                {
                    return false;
                }
                var what = $"{account.Login} {(on ? "administers" : "no longer administers")} the service";
                await audit.AddOfAccount(transaction, actor, account.Id, AuditEvent.SiteAdminChanged, what);
                return true;
            },
            ct
        );

    private static async Task EndLogins(Transaction transaction, Account account)
    {
        await SessionStore.RevokeAll(transaction, account.Id);
        await GrantStore.EndAll(transaction, account.Id);
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
