using Server.Audit;
using Server.Auth;
using Server.Data;

namespace Server.Tokens;

/// <summary>The tokens of organizations and teams. What is done to one is done by <see cref="TokenStore"/>, for its service account.</summary>
public sealed class MachineTokenStore(Database database, TimeProvider clock, TokenStore tokens, ServiceAccountStore accounts)
{
    /// <returns>Null if a token of the organization has, or had, that name.</returns>
    public Task<(Token Token, Secret Secret)?> Create(
        TokenOwner owner,
        NewMachineToken wanted,
        string createdBy,
        Actor actor,
        CancellationToken ct
    ) =>
        database.Write<(Token, Secret)?>(
            async transaction =>
            {
                if (!await ServiceAccountStore.TakeName(transaction, owner.OrganizationId, wanted.Name))
                {
                    return null;
                }
                var account = await accounts.FindOrAdd(
                    transaction,
                    new(owner, wanted.Name, $"token/{owner.OrganizationId}/{wanted.Name.ToLowerInvariant()}")
                    {
                        CreatedBy = createdBy,
                        Role = wanted.Admin ? "admin" : "member",
                        RoleId = wanted.RoleId,
                    }
                );
                return await tokens.Create(
                    transaction,
                    new(account, wanted.Description, wanted.ExpiresMs)
                    {
                        Owner = owner,
                        Name = wanted.Name,
                        ServiceAccountId = account,
                    },
                    actor
                );
            },
            ct
        );

    /// <summary>Newest first.</summary>
    public Task<List<Token>> List(TokenOwner owner, TokenFilter filter, string? before, int count, CancellationToken ct) =>
        database.Query<Token>(
            $"""
            {TokenStore.Tokens}
            WHERE {Of(owner)} AND {TokenStore.Shown(filter, before, Now)}
            ORDER BY t.id DESC LIMIT {count}
            """,
            ct
        );

    public Task<List<Token>> OfRole(string organizationId, string roleId, CancellationToken ct) =>
        database.Query<Token>(
            $"""
            {TokenStore.Tokens}
            WHERE sa.organization_id = {organizationId} AND sa.issuer_id IS NULL AND m.role_id = {roleId} ORDER BY t.id DESC
            """,
            ct
        );

    public Task<Token?> Find(TokenOwner owner, string id, CancellationToken ct) =>
        database.QueryOne<Token>($"{TokenStore.Tokens} WHERE {Of(owner)} AND t.id = {id}", ct);

    private static Sql Of(TokenOwner owner) =>
        $"""
            sa.organization_id = {owner.OrganizationId} AND sa.issuer_id IS NULL AND t.issuer_id IS NULL
              AND ((sa.team_id IS NULL AND {owner.TeamId is null}) OR sa.team_id = {owner.TeamId ?? ""})
            """;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
