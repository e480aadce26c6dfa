using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Server.Accounts;
using Server.Data;
using Server.Organizations;

namespace Server.Saml;

/// <summary>Owns <c>managed_accounts</c>: makes accounts for people whom an organization vouches for. They have no password.</summary>
public sealed partial class ManagedAccounts(Database database, AccountStore accounts, MemberStore members)
{
    private const int LongestLogin = 40;
    private const int Tries = 20;

    /// <returns>Null if the organization has made no account for that name.</returns>
    public Task<string?> Find(string organizationId, string userName, CancellationToken ct) =>
        database.QueryOne<string>(
            $"SELECT account_id FROM managed_accounts WHERE organization_id = {organizationId} AND user_key = {userName.ToLowerInvariant()}",
            ct
        );

    /// <summary>Is it this organization that has made the account?</summary>
    public async Task<bool> Manages(string organizationId, string accountId, CancellationToken ct) =>
        await database.QueryOne<string>(
            $"SELECT account_id FROM managed_accounts WHERE organization_id = {organizationId} AND account_id = {accountId}",
            ct
        )
            is not null;

    /// <summary>The login of the organization that has made the account; null where its owner has.</summary>
    public Task<string?> KeeperOf(string accountId, CancellationToken ct) =>
        database.QueryOne<string>(
            $"SELECT o.login FROM managed_accounts m JOIN organizations o ON o.id = m.organization_id WHERE m.account_id = {accountId} ORDER BY o.login LIMIT 1",
            ct
        );

    /// <summary>Makes an account and a member of it.</summary>
    /// <param name="also">Part of the same unit of work.</param>
    /// <returns>Null if the e-mail address is taken; then nothing was made.</returns>
    public async Task<Account?> Add(
        string organizationId,
        string userName,
        string email,
        string name,
        Func<Transaction, Account, Task> also,
        CancellationToken ct
    )
    {
        var wish = Login(userName);
        for (var i = 1; i <= Tries; i++)
        {
            if (await accounts.FindByEmail(email, ct) is not null)
            {
                return null;
            }
            var account = new Account
            {
                Login = i == 1 ? wish : Numbered(wish, i < Tries / 2 ? i : RandomNumberGenerator.GetInt32(100_000)),
                Name = name,
                Email = email,
                SecurityStamp = Guid.NewGuid().ToString(),
            };
            if (OrganizationName.Problem(account.Login) is null && await accounts.Add(account, t => Join(t, account), ct))
            {
                return account;
            }
        }
        return null;

        async Task Join(Transaction transaction, Account account)
        {
            await members.AddByDefault(transaction, organizationId, account.Id);
            await transaction.Execute(
                $"""
                INSERT INTO managed_accounts (account_id, organization_id, user_key)
                VALUES ({account.Id}, {organizationId}, {userName.ToLowerInvariant()})
                """
            );
            await also(transaction, account);
        }
    }

    /// <summary>A name of the allowed shape, as near as can be: of <c>Ann.Lee@corp.example</c> that is <c>ann-lee</c>.</summary>
    public static string Login(string userName)
    {
        var local = userName.Split('@')[0].ToLowerInvariant();
        var plain = Odd().Replace(local, "-").Trim('-', '_');
        var cut = plain.Length <= LongestLogin ? plain : plain[..LongestLogin].TrimEnd('-', '_');
        return cut.Length >= 3 ? cut : "user-" + cut + (cut.Length == 0 ? "x" : "");
    }

    private static string Numbered(string login, int number)
    {
        var end = $"-{number}";
        return (login.Length + end.Length <= LongestLogin ? login : login[..(LongestLogin - end.Length)]) + end;
    }

    [GeneratedRegex("[^a-z0-9_-]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Odd();
}
