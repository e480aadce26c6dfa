using System.Data.Common;
using Server.Audit;
using Server.Data;
using Server.Organizations;

namespace Server.Accounts;

/// <summary>Owns <c>accounts</c> and <c>first_account</c>.</summary>
public sealed class AccountStore(Database database, OrganizationStore organizations, AuditStore audit, TimeProvider clock)
{
    public const int MostListed = 200;

    public Task<Account?> Find(string id, CancellationToken ct) =>
        database.QueryOne<Account>($"SELECT * FROM accounts WHERE id = {id}", ct);

    public Task<Account?> FindByLogin(string login, CancellationToken ct) =>
        database.QueryOne<Account>($"SELECT * FROM accounts WHERE login_key = {login.ToLowerInvariant()}", ct);

    public Task<Account?> FindByEmail(string email, CancellationToken ct) =>
        database.QueryOne<Account>($"SELECT * FROM accounts WHERE email_key = {email.ToLowerInvariant()}", ct);

    public async Task<bool> Any(CancellationToken ct) =>
        await database.QueryOne<string>($"SELECT account_id FROM first_account", ct) is not null;

    /// <summary>Adds the account and its individual organization; the very first account becomes the site administrator.</summary>
    /// <returns>False if the name or the e-mail address is taken; then nothing was added.</returns>
    public Task<bool> Add(Account account, CancellationToken ct) => Add(account, _ => Task.CompletedTask, ct);

    /// <param name="also">Part of the same unit of work.</param>
    public async Task<bool> Add(Account account, Func<Transaction, Task> also, CancellationToken ct)
    {
        account.CreatedMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            await database.Write(
                async transaction =>
                {
                    var added = await Add(transaction, account);
                    await also(transaction);
                    return added;
                },
                ct
            );
            return true;
        }
        catch (NameTakenException)
        {
            return false;
        }
    }

    /// <summary>An account that nobody signs in to: it has no password, and no person's login has its slash. What it is for is known to who asks.</summary>
    public static Task AddMachine(Transaction transaction, string id, string login, long nowMs) =>
        transaction.Execute(
            $"""
            INSERT INTO accounts (id, login, login_key, name, email, email_key, password_hash, security_stamp, site_admin,
                                  failed_sign_ins, locked_until_ms, created_ms)
            VALUES ({id}, {login}, {id + "/" + login.ToLowerInvariant()}, {login}, '', {id + "/"}, '', '', FALSE, 0, 0, {nowMs})
            """
        );

    public Task Update(Account account, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await organizations.RenameIndividual(transaction, account.Login, account.Name);
                return await transaction.Execute(
                    $"""
                    UPDATE accounts
                    SET name = {account.Name}, password_hash = {account.PasswordHash}, security_stamp = {account.SecurityStamp},
                        locked_until_ms = {account.LockedUntilMs}
                    WHERE id = {account.Id}
                    """
                );
            },
            ct
        );

    public async Task Rename(Transaction transaction, Account account, string name)
    {
        await organizations.RenameIndividual(transaction, account.Login, name);
        await transaction.Execute($"UPDATE accounts SET name = {name} WHERE id = {account.Id}");
    }

    /// <returns>How many there are now. Counted in the database, so that parallel guesses all count.</returns>
    public Task<long> AddFailedSignIn(string id, CancellationToken ct) =>
        database.Write(
            transaction =>
                transaction.QueryOne<long>(
                    $"UPDATE accounts SET failed_sign_ins = failed_sign_ins + 1 WHERE id = {id} RETURNING failed_sign_ins"
                ),
            ct
        );

    public Task ForgetFailedSignIns(string id, CancellationToken ct) =>
        database.Execute($"UPDATE accounts SET failed_sign_ins = 0 WHERE id = {id}", ct);

    public static Task SetPassword(Transaction transaction, string id, string hash, string stamp) =>
        transaction.Execute(
            $"""
            UPDATE accounts SET password_hash = {hash}, security_stamp = {stamp}, failed_sign_ins = 0, locked_until_ms = 0 WHERE id = {id}
            """
        );

    /// <param name="verified">Is it proven to be the account's?</param>
    /// <exception cref="DbException">Another account has the address: see <see cref="UniqueViolation"/>.</exception>
    public static Task SetEmail(Transaction transaction, string id, string email, bool verified) =>
        transaction.Execute(
            $"""
            UPDATE accounts
            SET email = {email}, email_key = {email.ToLowerInvariant()},
              verified_email_key = CASE WHEN {verified} THEN {email.ToLowerInvariant()} ELSE NULL END
            WHERE id = {id}
            """
        );

    /// <returns>False if nobody would be left who administers the service, or it is as it should be.</returns>
    public static async Task<bool> SetSiteAdmin(Transaction transaction, string id, bool on)
    {
        // Two administrators who unmake each other at the same time must not both succeed.
        await transaction.Execute($"UPDATE first_account SET account_id = account_id");
        return await transaction.Execute(
                $"""
                UPDATE accounts SET site_admin = {on}
                WHERE id = {id} AND site_admin <> {on} AND ({on} OR 1 < (SELECT COUNT(*) FROM accounts WHERE site_admin))
                """
            ) == 1;
    }

    public static Task SetVerifiedEmail(Transaction transaction, string id, string email) =>
        transaction.Execute($"UPDATE accounts SET verified_email_key = {email.ToLowerInvariant()} WHERE id = {id}");

    /// <summary>People, not machines, by name.</summary>
    public Task<List<Account>> List(string part, CancellationToken ct)
    {
        var pattern = Like.Containing(part.ToLowerInvariant());
        return database.Query<Account>(
            $"""
            SELECT * FROM accounts
            WHERE login_key NOT LIKE '%/%' AND (login_key LIKE {pattern} ESCAPE '!' OR email_key LIKE {pattern} ESCAPE '!')
            ORDER BY login_key LIMIT {MostListed}
            """,
            ct
        );
    }

    private async Task<int> Add(Transaction transaction, Account account)
    {
        var first =
            await transaction.Execute($"INSERT INTO first_account (one, account_id) VALUES (1, {account.Id}) ON CONFLICT DO NOTHING") == 1;
        account.SiteAdmin |= first;
        var added = await transaction.Execute(
            $"""
            INSERT INTO accounts (id, login, login_key, name, email, email_key, password_hash, security_stamp, site_admin,
                                  failed_sign_ins, locked_until_ms, created_ms)
            VALUES ({account.Id}, {account.Login}, {account.Login.ToLowerInvariant()}, {account.Name}, {account.Email},
                    {account.Email.ToLowerInvariant()}, {account.PasswordHash}, {account.SecurityStamp}, {account.SiteAdmin}, 0, 0, {account.CreatedMs})
            ON CONFLICT DO NOTHING
            """
        );
        if (added == 0 || !await organizations.AddIndividual(transaction, account.Id, account.Login, account.Name))
        {
            throw new NameTakenException();
        }
        var what = $"The account {account.Login} was made{(account.SiteAdmin ? ", a site administrator" : "")}";
        await audit.AddOfAccount(transaction, new(account.Id, null, ""), account.Id, AuditEvent.AccountCreated, what);
        return added;
    }

    /// <summary>Undoes the unit of work; never leaves this class.</summary>
    private sealed class NameTakenException : Exception;
}
