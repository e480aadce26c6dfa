using Server.Accounts;
using Server.Audit;
using Server.Data;

namespace Server.Federation;

public sealed record LinkedIdentity
{
    public required string Issuer { get; init; }
    public required string Subject { get; init; }
    public required string AccountId { get; init; }
    public required string Name { get; init; }
    public required long CreatedMs { get; init; }
    public required long LastUsedMs { get; init; }
}

/// <summary>Owns <c>identities</c>.</summary>
public sealed class LinkedIdentityStore(Database database, AuditStore audit, TimeProvider clock)
{
    public Task<LinkedIdentity?> Find(string issuer, string subject, CancellationToken ct) =>
        database.QueryOne<LinkedIdentity>($"SELECT * FROM identities WHERE issuer = {issuer} AND subject = {subject}", ct);

    public Task<List<LinkedIdentity>> List(string accountId, CancellationToken ct) =>
        database.Query<LinkedIdentity>($"SELECT * FROM identities WHERE account_id = {accountId} ORDER BY created_ms", ct);

    /// <returns>False if it is linked already, to whichever account.</returns>
    public Task<bool> Link(Actor actor, ExternalPerson person, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                var added = await transaction.Execute(
                    $"""
                    INSERT INTO identities (issuer, subject, account_id, name, created_ms, last_used_ms)
                    VALUES ({person.Issuer}, {person.Subject}, {actor.AccountId}, {person.Shown}, {Now}, {Now})
                    ON CONFLICT DO NOTHING
                    """
                );
                if (added == 1)
                {
                    await audit.AddOfAccount(
                        transaction,
                        actor,
                        actor.AccountId,
                        AuditEvent.IdentityLinked,
                        $"Linked to {person.Shown} at {person.Issuer}"
                    );
                }
                return added == 1;
            },
            ct
        );

    public Task Unlink(Actor actor, LinkedIdentity identity, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await transaction.Execute(
                    $"DELETE FROM identities WHERE issuer = {identity.Issuer} AND subject = {identity.Subject} AND account_id = {actor.AccountId}"
                );
                await audit.AddOfAccount(
                    transaction,
                    actor,
                    actor.AccountId,
                    AuditEvent.IdentityUnlinked,
                    $"No longer linked to {identity.Name} at {identity.Issuer}"
                );
                return true;
            },
            ct
        );

    public Task NoteUse(LinkedIdentity identity, CancellationToken ct) =>
        database.Execute(
            $"UPDATE identities SET last_used_ms = {Now} WHERE issuer = {identity.Issuer} AND subject = {identity.Subject}",
            ct
        );

    /// <summary>The address was proven by the provider.</summary>
    public Task Verify(string accountId, string email, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await AccountStore.SetVerifiedEmail(transaction, accountId, email);
                return true;
            },
            ct
        );

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
