using Microsoft.AspNetCore.Identity;
using Server.Audit;
using Server.Data;

namespace Server.Factors;

/// <summary>Owns <c>passkeys</c> and <c>spent_challenges</c>.</summary>
public sealed class PasskeyStore(Database database, AuditStore audit, TimeProvider clock)
{
    public Task<List<StoredPasskey>> List(string accountId, CancellationToken ct) =>
        database.Query<StoredPasskey>($"SELECT * FROM passkeys WHERE account_id = {accountId} ORDER BY id", ct);

    public Task<StoredPasskey?> Find(byte[] credentialId, CancellationToken ct) =>
        database.QueryOne<StoredPasskey>($"SELECT * FROM passkeys WHERE credential_id = {credentialId}", ct);

    public Task<bool> Add(Actor actor, UserPasskeyInfo passkey, string name, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                var added = await transaction.Execute(
                    $"""
                    INSERT INTO passkeys (id, account_id, credential_id, public_key, name, sign_count, transports, user_verified,
                                          backup_eligible, backed_up, attestation, client_data, created_ms, last_used_ms)
                    VALUES ({Guid.CreateVersion7().ToString()}, {actor.AccountId}, {passkey.CredentialId}, {passkey.PublicKey}, {name},
                            {(long)passkey.SignCount}, {string.Join(' ', passkey.Transports ?? [])}, {passkey.IsUserVerified},
                            {passkey.IsBackupEligible}, {passkey.IsBackedUp}, {passkey.AttestationObject}, {passkey.ClientDataJson}, {Now}, 0)
                    ON CONFLICT DO NOTHING
                    """
                );
                if (added == 1)
                {
                    await audit.AddOfAccount(transaction, actor, actor.AccountId, AuditEvent.FactorAdded, $"Passkey '{name}' added");
                }
                return added == 1;
            },
            ct
        );

    /// <summary>After it was used: its counter and whether it is backed up.</summary>
    public Task Note(string accountId, UserPasskeyInfo passkey, CancellationToken ct) =>
        database.Execute(
            $"""
            UPDATE passkeys SET sign_count = {(long)passkey.SignCount}, backed_up = {passkey.IsBackedUp}, last_used_ms = {Now}
            WHERE account_id = {accountId} AND credential_id = {passkey.CredentialId}
            """,
            ct
        );

    public Task Rename(string accountId, string id, string name, CancellationToken ct) =>
        database.Execute($"UPDATE passkeys SET name = {name} WHERE id = {id} AND account_id = {accountId}", ct);

    public Task Remove(Actor actor, StoredPasskey passkey, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM passkeys WHERE id = {passkey.Id} AND account_id = {actor.AccountId}");
                await FactorStore.ForgetUselessCodes(transaction, actor.AccountId);
                await audit.AddOfAccount(
                    transaction,
                    actor,
                    actor.AccountId,
                    AuditEvent.FactorRemoved,
                    $"Passkey '{passkey.Name}' removed"
                );
                return true;
            },
            ct
        );

    /// <returns>False if the challenge was answered before.</returns>
    public Task<bool> Spend(byte[] challengeHash, TimeSpan lifetime, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM spent_challenges WHERE expires_ms <= {Now}");
                return await transaction.Execute(
                        $"""
                        INSERT INTO spent_challenges (challenge_hash, expires_ms)
                        VALUES ({challengeHash}, {Now + (long)lifetime.TotalMilliseconds})
                        ON CONFLICT DO NOTHING
                        """
                    ) == 1;
            },
            ct
        );

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}

public sealed record StoredPasskey
{
    public const int LongestName = 60;

    public required string Id { get; init; }
    public required string AccountId { get; init; }
    public required byte[] CredentialId { get; init; }
    public required byte[] PublicKey { get; init; }
    public required string Name { get; init; }
    public required long SignCount { get; init; }
    public required string Transports { get; init; }
    public required bool UserVerified { get; init; }
    public required bool BackupEligible { get; init; }
    public required bool BackedUp { get; init; }
    public required byte[] Attestation { get; init; }
    public required byte[] ClientData { get; init; }
    public required long CreatedMs { get; init; }
    public required long LastUsedMs { get; init; }

    public UserPasskeyInfo Info =>
        new(
            CredentialId,
            PublicKey,
            DateTimeOffset.FromUnixTimeMilliseconds(CreatedMs),
            (uint)SignCount,
            Transports.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            UserVerified,
            BackupEligible,
            BackedUp,
            Attestation,
            ClientData
        )
        {
            Name = Name,
        };
}
