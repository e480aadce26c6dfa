using System.Text.Json;
using Server.Auth;
using Server.Data;

namespace Server.Saml;

/// <summary>Owns <c>saml_organizations</c>, <c>saml_identities</c>, <c>saml_sign_ins</c> and <c>saml_assertions</c>.</summary>
public sealed class SamlStore(Database database, TimeProvider clock)
{
    /// <returns>Null if there is no such organization; one without metadata if it has no identity provider.</returns>
    public Task<SamlSetup?> Find(string login, CancellationToken ct) =>
        database.QueryOne<SamlSetup>(
            $"""
            SELECT o.id AS organization_id, o.login, o.name, COALESCE(s.metadata, '') AS metadata, s.admin_id,
              COALESCE(s.idp_initiated, FALSE) AS idp_initiated, COALESCE(s.bound_tokens, FALSE) AS bound_tokens
            FROM organizations o LEFT JOIN saml_organizations s ON s.organization_id = o.id
            WHERE o.login_key = {login.ToLowerInvariant()}
            """,
            ct
        );

    public Task<int> Save(Transaction transaction, SamlSetup setup) =>
        transaction.Execute(
            $"""
            INSERT INTO saml_organizations (organization_id, metadata, admin_id, idp_initiated, bound_tokens, changed_ms)
            VALUES ({setup.OrganizationId}, {setup.Metadata}, {setup.AdminId}, {setup.IdpInitiated}, {setup.BoundTokens}, {Now})
            ON CONFLICT (organization_id) DO UPDATE
            SET metadata = excluded.metadata, admin_id = excluded.admin_id, idp_initiated = excluded.idp_initiated,
              bound_tokens = excluded.bound_tokens, changed_ms = excluded.changed_ms
            """
        );

    public Task Begin(SamlSignIn signIn, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM saml_sign_ins WHERE expires_ms <= {Now}");
                return await Add(transaction, signIn);
            },
            ct
        );

    /// <summary>The request that is answered, not yet used up.</summary>
    public Task<SamlSignIn?> FindAsked(string organizationId, string requestId, CancellationToken ct) =>
        database.QueryOne<SamlSignIn>(
            $"SELECT * FROM saml_sign_ins WHERE id = {requestId} AND organization_id = {organizationId} AND code_hash IS NULL AND expires_ms > {Now}",
            ct
        );

    /// <summary>Takes an answer, once for each request and each assertion.</summary>
    /// <param name="asked">Null for an answer that nobody asked for.</param>
    /// <returns>Null if request or assertion were used before.</returns>
    public Task<Secret?> Answer(SamlSetup setup, SamlSignIn? asked, SamlIdentity identity, TimeSpan lifetime, CancellationToken ct) =>
        database.Write<Secret?>(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM saml_assertions WHERE expires_ms <= {Now}");
                var fresh = await transaction.Execute(
                    $"""
                    INSERT INTO saml_assertions (organization_id, assertion_id, expires_ms)
                    VALUES ({setup.OrganizationId}, {identity.AssertionId}, {identity.GoodUntil.ToUnixTimeMilliseconds()})
                    ON CONFLICT DO NOTHING
                    """
                );
                var code = SamlSignIn.NewSecret();
                var answered = new SamlSignIn
                {
                    Id = asked?.Id ?? Guid.CreateVersion7().ToString(),
                    OrganizationId = setup.OrganizationId,
                    BrowserHash = asked?.BrowserHash,
                    ReturnPath = asked?.ReturnPath ?? "/" + setup.Login,
                    RelayState = asked?.RelayState ?? "",
                    TestOf = asked?.TestOf,
                    CodeHash = code.Hash(),
                    Identity = JsonSerializer.Serialize(identity),
                    ExpiresMs = Now + (long)lifetime.TotalMilliseconds,
                };
                var taken =
                    asked is null
                    || await transaction.Execute($"DELETE FROM saml_sign_ins WHERE id = {asked.Id} AND code_hash IS NULL") == 1;
                return fresh == 1 && taken && await Add(transaction, answered) == 1 ? code : null;
            },
            ct
        );

    public Task<SamlSignIn?> FindAnswered(string organizationId, Secret code, CancellationToken ct) =>
        database.QueryOne<SamlSignIn>(
            $"SELECT * FROM saml_sign_ins WHERE code_hash = {code.Hash()} AND organization_id = {organizationId} AND expires_ms > {Now}",
            ct
        );

    /// <returns>False if somebody else was faster.</returns>
    public static async Task<bool> UseUp(Transaction transaction, SamlSignIn signIn) =>
        await transaction.Execute($"DELETE FROM saml_sign_ins WHERE id = {signIn.Id} AND code_hash = {signIn.CodeHash}") == 1;

    public Task<string?> AccountOf(string organizationId, string nameId, CancellationToken ct) =>
        database.QueryOne<string>(
            $"SELECT account_id FROM saml_identities WHERE organization_id = {organizationId} AND name_id = {nameId}",
            ct
        );

    public Task<string?> NameIdOf(string organizationId, string accountId, CancellationToken ct) =>
        database.QueryOne<string>(
            $"SELECT name_id FROM saml_identities WHERE organization_id = {organizationId} AND account_id = {accountId}",
            ct
        );

    /// <returns>False if the name or the account is bound already.</returns>
    public async Task<bool> Bind(Transaction transaction, string organizationId, string nameId, string accountId) =>
        await transaction.Execute(
            $"""
            INSERT INTO saml_identities (organization_id, name_id, account_id, created_ms, session_until_ms)
            VALUES ({organizationId}, {nameId}, {accountId}, {Now}, 0)
            ON CONFLICT DO NOTHING
            """
        ) == 1;

    public Task NoteSession(Transaction transaction, string organizationId, string nameId, DateTimeOffset until) =>
        transaction.Execute(
            $"""
            UPDATE saml_identities SET session_until_ms = {until.ToUnixTimeMilliseconds()}
            WHERE organization_id = {organizationId} AND name_id = {nameId}
            """
        );

    /// <summary>The organizations, in lower case, whose <see cref="SamlSetup.BoundTokens"/> are on.</summary>
    public Task<List<string>> BindingTokens(CancellationToken ct) =>
        database.Query<string>(
            $"SELECT o.login_key FROM saml_organizations s JOIN organizations o ON o.id = s.organization_id WHERE s.bound_tokens AND s.metadata <> ''",
            ct
        );

    /// <summary>Does the account sign in to the organization with SAML, and is its last such sign-in over? The SAML administrator never has to.</summary>
    public async Task<bool> HasNoSession(string accountId, string organization, CancellationToken ct) =>
        await database.QueryOne<string>(
            $"""
            SELECT i.name_id
            FROM organizations o JOIN saml_organizations s ON s.organization_id = o.id JOIN saml_identities i ON i.organization_id = o.id
            WHERE o.login_key = {organization.ToLowerInvariant()} AND i.account_id = {accountId} AND i.session_until_ms <= {Now}
              AND (s.admin_id IS NULL OR s.admin_id <> i.account_id)
            """,
            ct
        )
            is not null;

    private static Task<int> Add(Transaction transaction, SamlSignIn s) =>
        transaction.Execute(
            $"""
            INSERT INTO saml_sign_ins (id, organization_id, browser_hash, relay_state, return_path, test_of, code_hash, identity, expires_ms)
            VALUES ({s.Id}, {s.OrganizationId}, {s.BrowserHash}, {s.RelayState}, {s.ReturnPath}, {s.TestOf}, {s.CodeHash}, {s.Identity}, {s.ExpiresMs})
            """
        );

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
