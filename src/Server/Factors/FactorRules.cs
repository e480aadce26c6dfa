using Server.Audit;
using Server.Data;

namespace Server.Factors;

/// <summary>Owns <c>factor_rules</c>: which organizations let nobody in without a second factor. Asked with every request, so remembered for a few seconds.</summary>
public sealed class FactorRules(Database database, AuditStore audit, TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    private volatile Snapshot? _known;

    /// <param name="login">The organization's.</param>
    public async Task<bool> Holds(string login, CancellationToken ct)
    {
        var known = _known;
        if (known is null || clock.GetElapsedTime(known.Taken) > Remembered)
        {
            var logins = await database.Query<string>(
                $"SELECT o.login_key FROM factor_rules r JOIN organizations o ON o.id = r.organization_id",
                ct
            );
            _known = known = new([.. logins], clock.GetTimestamp());
        }
        return known.Logins.Count > 0 && known.Logins.Contains(login.ToLowerInvariant());
    }

    public async Task Set(Actor actor, string organizationId, bool required, CancellationToken ct)
    {
        await database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM factor_rules WHERE organization_id = {organizationId}");
                if (required)
                {
                    await transaction.Execute(
                        $"INSERT INTO factor_rules (organization_id, since_ms) VALUES ({organizationId}, {clock.GetUtcNow().ToUnixTimeMilliseconds()})"
                    );
                }
                await audit.Add(
                    transaction,
                    actor,
                    organizationId,
                    AuditEvent.FactorRuleChanged,
                    required ? "Members need a second factor" : "Members need no second factor",
                    stackId: null
                );
                return true;
            },
            ct
        );
        _known = null;
    }

    private sealed record Snapshot(HashSet<string> Logins, long Taken);
}
