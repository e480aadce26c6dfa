using System.Security.Cryptography;
using Server.Accounts;
using Server.Auth;
using Server.Data;
using Server.Organizations;

namespace Server.Agents;

/// <summary>What an agent made for itself. Times are Unix milliseconds.</summary>
public sealed record AgentAccount
{
    public required string AccountId { get; init; }
    public required string OrganizationId { get; init; }
    public required string Login { get; init; }
    public required string Agent { get; init; }
    public required string Model { get; init; }
    public required long ClaimUntilMs { get; init; }
    public required long CreatedMs { get; init; }
    public required long Stacks { get; init; }
}

/// <summary>Owns <c>agent_accounts</c>.</summary>
public sealed class AgentAccountStore(Database database, AccountStore accounts, OrganizationStore organizations, TimeProvider clock)
{
    private const int LongestName = 60;

    /// <summary>How long a person may take the account over.</summary>
    private static readonly TimeSpan Claimable = TimeSpan.FromDays(30);

    /// <summary>An account that nobody can sign in to, with an organization of its own.</summary>
    /// <returns>Null if that challenge has made one already.</returns>
    public async Task<(Account Account, Secret Claim, DateTimeOffset Until)?> Make(
        string challenge,
        string agent,
        string model,
        CancellationToken ct
    )
    {
        var used = await database.QueryOne<string>($"SELECT account_id FROM agent_accounts WHERE challenge = {challenge}", ct);
        var account = New(agent);
        if (used is not null || !await accounts.Add(account, ct))
        {
            return null;
        }
        var (claim, until) = (NewClaim(), clock.GetUtcNow() + Claimable);
        var added = await database.Execute(
            $"""
            INSERT INTO agent_accounts (account_id, organization_id, agent, model, challenge, claim_hash, claim_until_ms, created_ms)
            SELECT {account.Id}, o.id, {Short(agent)}, {Short(
                model
            )}, {challenge}, {claim.Hash()}, {until.ToUnixTimeMilliseconds()}, {account.CreatedMs}
            FROM organizations o WHERE o.login_key = {account.Login}
            ON CONFLICT DO NOTHING
            """,
            ct
        );
        if (added == 0)
        {
            return null; // the same challenge came twice at once: the second account stays without a token
        }
        return (account, claim, until);
    }

    /// <returns>Null if there is none that may be taken over with this.</returns>
    public Task<AgentAccount?> Claimed(string claim, CancellationToken ct) =>
        database.QueryOne<AgentAccount>(
            $"""
            SELECT g.account_id, g.organization_id, a.login, g.agent, g.model, g.claim_until_ms, g.created_ms,
              (SELECT COUNT(*) FROM stacks s WHERE s.organization_id = g.organization_id AND s.deleted_ms = 0) AS stacks
            FROM agent_accounts g JOIN accounts a ON a.id = g.account_id
            WHERE g.claim_hash = {new Secret(claim).Hash()} AND g.claimed_by IS NULL AND g.claim_until_ms > {Now}
            """,
            ct
        );

    /// <summary>Makes somebody an administrator of the agent's organization. The agent goes on in it.</summary>
    /// <returns>False if somebody else was quicker.</returns>
    public Task<bool> Claim(AgentAccount agent, Caller person, Func<Transaction, Task> note, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                var won = await transaction.Execute(
                    $"UPDATE agent_accounts SET claimed_by = {person.AccountId} WHERE account_id = {agent.AccountId} AND claimed_by IS NULL"
                );
                if (won == 0)
                {
                    return false;
                }
                await organizations.TakeOver(transaction, agent.OrganizationId, person.AccountId);
                await note(transaction);
                return true;
            },
            ct
        );

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static Account New(string agent)
    {
        var login = "agent-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        return new()
        {
            Login = login,
            Name = Short(agent) is { Length: > 0 } name ? $"{name} (agent)" : login,
            Email = login + Account.AgentsDomain,
            PasswordHash = "",
            SecurityStamp = Convert.ToHexString(RandomNumberGenerator.GetBytes(20)),
        };
    }

    private static Secret NewClaim() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));

    private static string Short(string text) => string.Concat(text.Where(c => !char.IsControl(c)).Take(LongestName)).Trim();
}
