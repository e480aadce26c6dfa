using Server.Data;

namespace Server.Audit;

/// <summary>Owns <c>audit_events</c> and <c>audit_heads</c>, and only ever adds to them.</summary>
public sealed class AuditStore(Database database, TimeProvider clock)
{
    private const int Longest = 4000;

    /// <summary>Part of what is being done: both are written, or neither. The event is put at the end of its chain right before the commit.</summary>
    /// <param name="name">One of <see cref="AuditEvent"/>.</param>
    /// <param name="description">A sentence for the people who read the log.</param>
    public Task Add(Transaction transaction, Actor actor, string organizationId, string name, string description, string? stackId)
    {
        var row = new AuditRow
        {
            Id = Guid.CreateVersion7().ToString(),
            OrganizationId = organizationId,
            Event = name,
            Description = OneLine(description),
            AccountId = actor.AccountId,
            TokenId = actor.TokenId,
            StackId = stackId,
            Address = actor.Address,
            CreatedMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        transaction.BeforeCommit("audit " + organizationId, () => Append(transaction, row));
        return Task.CompletedTask;
    }

    /// <summary>For what changes nothing. When this returns, the event is on disk.</summary>
    public Task Add(Actor actor, string organizationId, string name, string description, string? stackId, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await Add(transaction, actor, organizationId, name, description, stackId);
                return true;
            },
            ct
        );

    /// <summary>What concerns an account and no organization: written to the individual organization of that account.</summary>
    /// <param name="accountId">Whom it concerns, who need not be the one who did it.</param>
    public async Task AddOfAccount(Transaction transaction, Actor actor, string accountId, string name, string description)
    {
        var own = await transaction.QueryOne<string>(
            $"""
            SELECT o.id FROM organizations o JOIN accounts a ON a.login_key = o.login_key WHERE a.id = {accountId} AND o.individual
            """
        );
        await Add(transaction, actor, own ?? accountId, name, description, stackId: null);
    }

    /// <inheritdoc cref="AddOfAccount(Transaction, Actor, string, string, string)"/>
    public Task AddOfAccount(Actor actor, string accountId, string name, string description, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await AddOfAccount(transaction, actor, accountId, name, description);
                return true;
            },
            ct
        );

    /// <summary>What every organization should know of its member, such as a sign-in.</summary>
    public async Task AddOfMember(Transaction transaction, Actor actor, string name, string description)
    {
        var all = await transaction.Query<string>($"SELECT organization_id FROM memberships WHERE account_id = {actor.AccountId}");
        foreach (var organization in all)
        {
            await Add(transaction, actor, organization, name, description, stackId: null);
        }
    }

    /// <inheritdoc cref="AddOfMember(Transaction, Actor, string, string)"/>
    public Task AddOfMember(Actor actor, string name, string description, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await AddOfMember(transaction, actor, name, description);
                return true;
            },
            ct
        );

    /// <summary>Puts events that were written before there were chains at the end of theirs.</summary>
    /// <returns>False if there are none left.</returns>
    public async Task<bool> ChainSome(int most, CancellationToken ct)
    {
        try
        {
            return await database.Write(transaction => ChainSome(transaction, most), ct) > 0;
        }
        catch (ChainedElsewhereException)
        {
            return true;
        }
    }

    private static async Task Append(Transaction transaction, AuditRow row)
    {
        var next = await Next(transaction, row);
        row = row with { Ordinal = next.Ordinal, Login = next.Login ?? "", TokenName = next.TokenName };
        var hash = AuditChain.Hash(next.Hash, row);
        await transaction.Execute(
            $"""
            INSERT INTO audit_events (id, organization_id, ordinal, event, description, account_id, login, token_id, token_name, stack_id, address,
                                      created_ms, hash)
            VALUES ({row.Id}, {row.OrganizationId}, {row.Ordinal}, {row.Event}, {row.Description}, {row.AccountId}, {row.Login}, {row.TokenId},
                    {row.TokenName}, {row.StackId}, {row.Address}, {row.CreatedMs}, {hash})
            """
        );
        await SetHead(transaction, row.OrganizationId, hash);
    }

    private static async Task<int> ChainSome(Transaction transaction, int most)
    {
        var rows = await transaction.Query<AuditRow>(
            $"SELECT * FROM audit_events WHERE ordinal = 0 ORDER BY organization_id, created_ms, id LIMIT {most}"
        );
        foreach (var row in rows)
        {
            await Chain(transaction, row);
        }
        return rows.Count;
    }

    private static async Task Chain(Transaction transaction, AuditRow row)
    {
        var next = await Next(transaction, row);
        row = row with { Ordinal = next.Ordinal };
        var hash = AuditChain.Hash(next.Hash, row);
        var mine = await transaction.Execute(
            $"UPDATE audit_events SET ordinal = {row.Ordinal}, hash = {hash} WHERE id = {row.Id} AND ordinal = 0"
        );
        if (mine == 0)
        {
            throw new ChainedElsewhereException(); // undoes all of it
        }
        await SetHead(transaction, row.OrganizationId, hash);
    }

    /// <summary>Takes the next place of the chain and holds on to it: other processes that append to it wait for the commit.</summary>
    private static async Task<Place> Next(Transaction transaction, AuditRow row) =>
        (
            await transaction.QueryOne<Place>(
                $"""
                INSERT INTO audit_heads (organization_id, ordinal, hash) VALUES ({row.OrganizationId}, 1, {AuditChain.Beginning})
                ON CONFLICT (organization_id) DO UPDATE SET ordinal = audit_heads.ordinal + 1
                RETURNING ordinal, hash, (SELECT login FROM accounts WHERE id = {row.AccountId}) AS login,
                  (SELECT description FROM access_tokens WHERE id = {row.TokenId}) AS token_name
                """
            )
        )!;

    private static Task<int> SetHead(Transaction transaction, string organizationId, byte[] hash) =>
        transaction.Execute($"UPDATE audit_heads SET hash = {hash} WHERE organization_id = {organizationId}");

    /// <summary>What people named themselves must not look like an event of its own in an export, and a NUL is no text.</summary>
    private static string OneLine(string text)
    {
        text = string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
        return text.Length <= Longest ? text : text[..Longest];
    }

    /// <summary>Another process was first.</summary>
    private sealed class ChainedElsewhereException : Exception;

    private sealed record Place
    {
        public required long Ordinal { get; init; }
        public required byte[] Hash { get; init; }
        public string? Login { get; init; }
        public string? TokenName { get; init; }
    }
}
