using Server.Audit;
using Server.Data;

namespace Server.Tokens;

/// <summary>
/// Owns <c>token_caps</c>: how many days a token may still live that is used in an organization. Asked with each request, so they are kept in memory for
/// a few seconds; a change acts at once in the process that made it.
/// </summary>
public sealed class TokenCaps(Database database, TimeProvider clock, AuditStore audit)
{
    public const long LongestDays = 3650;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private Known _known = new([], DateTimeOffset.MinValue);

    /// <param name="organization">Its login.</param>
    /// <returns>0 where there is none.</returns>
    public async ValueTask<long> Of(string organization, CancellationToken ct)
    {
        var known = _known;
        if (clock.GetUtcNow() - known.At > Fresh)
        {
            var rows = await database.Query<Row>(
                $"SELECT o.login_key AS organization, c.max_days FROM token_caps c JOIN organizations o ON o.id = c.organization_id",
                ct
            );
            known = _known = new(rows.ToDictionary(r => r.Organization, r => r.MaxDays), clock.GetUtcNow());
        }
        return known.Days.GetValueOrDefault(organization.ToLowerInvariant());
    }

    /// <returns>Why a token of this organization may not live so long, as a sentence; null if it may.</returns>
    public async Task<string?> Problem(TokenOwner owner, long expiresMs, CancellationToken ct) =>
        await Of(owner.Organization, ct) is > 0 and var days && IsTooLong(expiresMs, days)
            ? $"{owner.Organization} takes tokens that expire within {days} days only. Give an earlier expiry."
            : null;

    public bool IsTooLong(long expiresMs, long days) =>
        expiresMs == 0 || expiresMs > clock.GetUtcNow().AddDays(days).ToUnixTimeMilliseconds();

    /// <param name="days">0 takes the cap away.</param>
    public async Task Set(string organizationId, long days, Actor actor, CancellationToken ct)
    {
        await database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM token_caps WHERE organization_id = {organizationId}");
                if (days > 0)
                {
                    await transaction.Execute($"INSERT INTO token_caps (organization_id, max_days) VALUES ({organizationId}, {days})");
                }
                await audit.Add(
                    transaction,
                    actor,
                    organizationId,
                    AuditEvent.TokenExpiryCapChanged,
                    days > 0 ? $"Access tokens have to expire within {days} days." : "Access tokens may live as long as they like.",
                    stackId: null
                );
                return true;
            },
            ct
        );
        _known = new([], DateTimeOffset.MinValue);
    }

    /// <summary>The tokens that a cap refuses: of the organization, of its teams, and of its members.</summary>
    public Task<List<Token>> Affected(string organizationId, long days, CancellationToken ct)
    {
        var latest = clock.GetUtcNow().AddDays(days).ToUnixTimeMilliseconds();
        return database.Query<Token>(
            $"""
            {TokenStore.Tokens}
            JOIN memberships om ON om.account_id = t.account_id AND om.organization_id = {organizationId}
            WHERE t.grant_id IS NULL AND t.issuer_id IS NULL AND (t.expires_ms = 0 OR t.expires_ms > {latest})
              AND (t.only_organization_id IS NULL OR t.only_organization_id = {organizationId})
            ORDER BY t.id DESC LIMIT 1000
            """,
            ct
        );
    }

    private sealed record Known(Dictionary<string, long> Days, DateTimeOffset At);

    private sealed record Row
    {
        public required string Organization { get; init; }
        public required long MaxDays { get; init; }
    }
}
