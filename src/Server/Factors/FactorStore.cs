using Server.Audit;
using Server.Data;

namespace Server.Factors;

/// <summary>Owns <c>totp_seeds</c> and <c>recovery_codes</c>.</summary>
public sealed class FactorStore(Database database, AuditStore audit, TimeProvider clock)
{
    /// <summary>Does the account have a second factor?</summary>
    public async Task<bool> Any(string accountId, CancellationToken ct) =>
        await database.QueryOne<long>(
            $"""
            SELECT (SELECT COUNT(*) FROM totp_seeds WHERE account_id = {accountId} AND confirmed)
              + (SELECT COUNT(*) FROM passkeys WHERE account_id = {accountId})
            """,
            ct
        ) > 0;

    public Task<StoredSeed?> Seed(string accountId, CancellationToken ct) =>
        database.QueryOne<StoredSeed>(
            $"SELECT seed, confirmed, created_ms, last_used_ms FROM totp_seeds WHERE account_id = {accountId}",
            ct
        );

    /// <summary>One that the person has yet to prove to have; one in use is not touched.</summary>
    public Task Offer(string accountId, byte[] encrypted, CancellationToken ct) =>
        database.Execute(
            $"""
            INSERT INTO totp_seeds (account_id, seed, confirmed, last_step, created_ms, last_used_ms)
            VALUES ({accountId}, {encrypted}, FALSE, 0, {Now}, 0)
            ON CONFLICT (account_id) DO UPDATE SET seed = excluded.seed, created_ms = excluded.created_ms WHERE NOT totp_seeds.confirmed
            """,
            ct
        );

    /// <returns>False if the code of this step, or of a later one, was used before: whoever looks over a shoulder comes too late.</returns>
    public async Task<bool> UseStep(string accountId, long step, CancellationToken ct) =>
        await database.Execute(
            $"""
            UPDATE totp_seeds SET last_step = {step}, last_used_ms = {Now}
            WHERE account_id = {accountId} AND confirmed AND last_step < {step}
            """,
            ct
        ) == 1;

    public Task<bool> Confirm(Actor actor, long step, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                var confirmed = await transaction.Execute(
                    $"UPDATE totp_seeds SET confirmed = TRUE, last_step = {step} WHERE account_id = {actor.AccountId} AND NOT confirmed"
                );
                await audit.AddOfAccount(transaction, actor, actor.AccountId, AuditEvent.FactorAdded, "Authenticator app added");
                return confirmed == 1;
            },
            ct
        );

    public Task RemoveSeed(Actor actor, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM totp_seeds WHERE account_id = {actor.AccountId}");
                await ForgetUselessCodes(transaction, actor.AccountId);
                await audit.AddOfAccount(transaction, actor, actor.AccountId, AuditEvent.FactorRemoved, "Authenticator app removed");
                return true;
            },
            ct
        );

    public Task<long> CodesLeft(string accountId, CancellationToken ct) =>
        database.QueryOne<long>($"SELECT COUNT(*) FROM recovery_codes WHERE account_id = {accountId}", ct);

    public Task ReplaceCodes(Actor actor, IReadOnlyList<byte[]> hashes, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM recovery_codes WHERE account_id = {actor.AccountId}");
                foreach (var hash in hashes)
                {
                    await transaction.Execute($"INSERT INTO recovery_codes (account_id, code_hash) VALUES ({actor.AccountId}, {hash})");
                }
                await audit.AddOfAccount(
                    transaction,
                    actor,
                    actor.AccountId,
                    AuditEvent.RecoveryCodesMade,
                    "New recovery codes made; the old ones ended"
                );
                return true;
            },
            ct
        );

    /// <returns>False if there is no such code any more. Of two who use it at once, one succeeds.</returns>
    public Task<bool> SpendCode(Actor actor, byte[] hash, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                if (
                    await transaction.Execute($"DELETE FROM recovery_codes WHERE account_id = {actor.AccountId} AND code_hash = {hash}")
                    != 1
                )
                {
                    return false;
                }
                await audit.AddOfAccount(transaction, actor, actor.AccountId, AuditEvent.RecoveryCodeUsed, "A recovery code was used");
                return true;
            },
            ct
        );

    /// <summary>Recovery codes stand in for factors; without one they would be a way in and nothing else.</summary>
    public static Task ForgetUselessCodes(Transaction transaction, string accountId) =>
        transaction.Execute(
            $"""
            DELETE FROM recovery_codes WHERE account_id = {accountId}
              AND NOT EXISTS (SELECT 1 FROM totp_seeds WHERE account_id = {accountId} AND confirmed)
              AND NOT EXISTS (SELECT 1 FROM passkeys WHERE account_id = {accountId})
            """
        );

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}

public sealed record StoredSeed
{
    public required byte[] Seed { get; init; }
    public required bool Confirmed { get; init; }
    public required long CreatedMs { get; init; }
    public required long LastUsedMs { get; init; }
}
