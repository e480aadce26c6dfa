using Server.Data;

namespace Server.OrganizationSignIn;

/// <summary>Owns <c>sign_in_providers</c>.</summary>
public sealed class SignInProviderStore(Database database, TimeProvider clock)
{
    public Task<SignInProvider?> Find(string organizationId, CancellationToken ct) =>
        database.QueryOne<SignInProvider>(
            $"SELECT organization_id, issuer, client_id, client_secret, domains FROM sign_in_providers WHERE organization_id = {organizationId}",
            ct
        );

    public Task Save(Transaction transaction, SignInProvider provider) =>
        transaction.Execute(
            $"""
            INSERT INTO sign_in_providers (organization_id, issuer, client_id, client_secret, domains, changed_ms)
            VALUES ({provider.OrganizationId}, {provider.Issuer}, {provider.ClientId}, {provider.ClientSecret}, {provider.Domains},
                    {clock.GetUtcNow().ToUnixTimeMilliseconds()})
            ON CONFLICT (organization_id) DO UPDATE
            SET issuer = excluded.issuer, client_id = excluded.client_id, client_secret = excluded.client_secret, domains = excluded.domains,
              changed_ms = excluded.changed_ms
            """
        );

    public Task Delete(Transaction transaction, string organizationId) =>
        transaction.Execute($"DELETE FROM sign_in_providers WHERE organization_id = {organizationId}");
}
