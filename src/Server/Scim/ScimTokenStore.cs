using Server.Auth;
using Server.Data;

namespace Server.Scim;

/// <summary>The token by which an organization's directory comes in.</summary>
public sealed record ScimToken
{
    public required string Id { get; init; }
    public required string OrganizationId { get; init; }
    public required string CreatedBy { get; init; }
    public required long CreatedMs { get; init; }
    public required long LastUsedMs { get; init; }
}

/// <summary>Owns <c>scim_tokens</c>. An organization has one token at most.</summary>
public sealed class ScimTokenStore(Database database, TimeProvider clock, ScimTokenLastUsed lastUsed)
{
    public Task<ScimToken?> Find(string organizationId, CancellationToken ct) =>
        database.QueryOne<ScimToken>($"SELECT * FROM scim_tokens WHERE organization_id = {organizationId}", ct);

    /// <summary>Makes a new one; the old one is refused from the next request on.</summary>
    public async Task<Secret> Replace(Transaction transaction, string organizationId, string accountId)
    {
        var secret = Saml.SamlSignIn.NewSecret();
        await transaction.Execute($"DELETE FROM scim_tokens WHERE organization_id = {organizationId}");
        await transaction.Execute(
            $"""
            INSERT INTO scim_tokens (organization_id, id, secret_hash, created_by, created_ms, last_used_ms)
            VALUES ({organizationId}, {Guid.CreateVersion7().ToString()}, {secret.Hash()}, {accountId}, {clock.GetUtcNow().ToUnixTimeMilliseconds()}, 0)
            """
        );
        return secret;
    }

    public Task<int> Delete(Transaction transaction, string organizationId) =>
        transaction.Execute($"DELETE FROM scim_tokens WHERE organization_id = {organizationId}");

    /// <returns>Null if the token is not this organization's.</returns>
    public async Task<ScimCaller?> Use(Secret secret, string organization, CancellationToken ct)
    {
        var caller = await database.QueryOne<ScimCaller>(
            $"""
            SELECT t.id AS token_id, t.last_used_ms, t.created_by, o.id AS organization_id, o.login
            FROM scim_tokens t JOIN organizations o ON o.id = t.organization_id
            WHERE t.secret_hash = {secret.Hash()} AND o.login_key = {organization.ToLowerInvariant()}
            """,
            ct
        );
        if (caller is not null)
        {
            lastUsed.Note(caller.TokenId, caller.LastUsedMs);
        }
        return caller;
    }
}

/// <summary>Writes <c>scim_tokens.last_used_ms</c> late.</summary>
public sealed class ScimTokenLastUsed(Database database, TimeProvider clock) : LastUse<string>(database, clock)
{
    protected override Task Write(Transaction transaction, string id, long ms) =>
        transaction.Execute($"UPDATE scim_tokens SET last_used_ms = {ms} WHERE id = {id} AND last_used_ms < {ms}");
}
