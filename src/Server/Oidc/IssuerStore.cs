using Server.Audit;
using Server.Data;

namespace Server.Oidc;

/// <summary>Owns <c>oidc_issuers</c> and <c>oidc_spent_tokens</c>.</summary>
public sealed class IssuerStore(Database database, TimeProvider clock, AuditStore audit)
{
    public Task<List<Issuer>> List(string organizationId, CancellationToken ct) =>
        database.Query<Issuer>($"SELECT * FROM oidc_issuers WHERE organization_id = {organizationId} ORDER BY id", ct);

    public Task<Issuer?> Find(string organizationId, string id, CancellationToken ct) =>
        database.QueryOne<Issuer>($"SELECT * FROM oidc_issuers WHERE id = {id} AND organization_id = {organizationId}", ct);

    public Task<Issuer?> FindByPolicy(string organizationId, string policyId, CancellationToken ct) =>
        database.QueryOne<Issuer>($"SELECT * FROM oidc_issuers WHERE policy_id = {policyId} AND organization_id = {organizationId}", ct);

    /// <param name="organization">Its login.</param>
    public Task<Issuer?> FindByName(string organization, string issuerName, CancellationToken ct) =>
        database.QueryOne<Issuer>(
            $"""
            SELECT i.* FROM oidc_issuers i JOIN organizations o ON o.id = i.organization_id
            WHERE o.login_key = {organization.ToLowerInvariant()} AND i.issuer_name = {issuerName}
            """,
            ct
        );

    /// <returns>False if the organization has registered it before.</returns>
    public Task<bool> Add(Issuer issuer, Actor actor, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                var added = await transaction.Execute(
                    $"""
                    INSERT INTO oidc_issuers (id, organization_id, name, url, issuer_name, thumbprints, max_expiration, jwks, policy_id, policies,
                      policy_version, policy_modified_ms, created_ms, modified_ms, last_used_ms)
                    VALUES ({issuer.Id}, {issuer.OrganizationId}, {issuer.Name}, {issuer.Url}, {issuer.IssuerName}, {issuer.Thumbprints},
                      {issuer.MaxExpiration}, {issuer.Jwks}, {issuer.PolicyId}, {issuer.Policies}, {issuer.PolicyVersion}, {Now}, {Now}, {Now}, 0)
                    ON CONFLICT DO NOTHING
                    """
                );
                if (added == 1)
                {
                    await Note(transaction, issuer, actor, AuditEvent.OidcIssuerRegistered, "was registered");
                }
                return added == 1;
            },
            ct
        );

    public Task Change(Issuer issuer, Actor actor, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await transaction.Execute(
                    $"""
                    UPDATE oidc_issuers
                    SET name = {issuer.Name}, thumbprints = {issuer.Thumbprints}, max_expiration = {issuer.MaxExpiration}, jwks = {issuer.Jwks},
                        modified_ms = {Now}
                    WHERE id = {issuer.Id}
                    """
                );
                return await Note(transaction, issuer, actor, AuditEvent.OidcIssuerUpdated, "was changed");
            },
            ct
        );

    public Task ChangePolicies(Issuer issuer, string policies, Actor actor, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await transaction.Execute(
                    $"""
                    UPDATE oidc_issuers SET policies = {policies}, policy_version = policy_version + 1, policy_modified_ms = {Now}
                    WHERE id = {issuer.Id}
                    """
                );
                return await Note(transaction, issuer, actor, AuditEvent.AuthorizationPolicyUpdated, "has new rules: " + policies);
            },
            ct
        );

    /// <summary>Every token that it was good for ends with it.</summary>
    public Task Delete(Issuer issuer, Actor actor, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM oidc_issuers WHERE id = {issuer.Id}");
                return await Note(transaction, issuer, actor, AuditEvent.OidcIssuerDeleted, "was deleted");
            },
            ct
        );

    /// <returns>False if the token has been exchanged before.</returns>
    public async Task<bool> Spend(Transaction transaction, Issuer issuer, byte[] tokenHash, long expiresMs)
    {
        await transaction.Execute(
            $"DELETE FROM oidc_spent_tokens WHERE expires_ms < {Now - (long)TimeSpan.FromMinutes(5).TotalMilliseconds}"
        );
        await transaction.Execute($"UPDATE oidc_issuers SET last_used_ms = {Now} WHERE id = {issuer.Id}");
        return await transaction.Execute(
                $"""
                INSERT INTO oidc_spent_tokens (issuer_id, token_hash, expires_ms) VALUES ({issuer.Id}, {tokenHash}, {expiresMs})
                ON CONFLICT DO NOTHING
                """
            ) == 1;
    }

    private async Task<bool> Note(Transaction transaction, Issuer issuer, Actor actor, string name, string what)
    {
        await audit.Add(
            transaction,
            actor,
            issuer.OrganizationId,
            name,
            $"The OIDC issuer '{issuer.Name}' ({issuer.IssuerName}) {what}.",
            stackId: null
        );
        return true;
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
