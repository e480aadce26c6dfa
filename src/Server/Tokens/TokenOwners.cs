using Server.Auth;
using Server.Organizations;
using Server.Roles;

namespace Server.Tokens;

/// <summary>Whose tokens an address means: <c>/api/orgs/{orgName}/tokens</c> or <c>…/teams/{teamName}/tokens</c>.</summary>
public sealed class TokenOwners(OrganizationStore organizations, MachineTokenStore tokens, Giving giving)
{
    public async Task<TokenOwner> Of(HttpContext http, CancellationToken ct)
    {
        var organization = http.Organization();
        return http.GetRouteValue("teamName") is string team
            ? await OfTeam(organization, team, ct) ?? throw ApiException.NotFound($"Team '{team}' not found")
            : new(organization.Id, organization.Login, TeamId: null, Team: null);
    }

    /// <returns>Null if there is no such team.</returns>
    public async Task<TokenOwner?> OfTeam(Organization organization, string team, CancellationToken ct) =>
        await organizations.TeamNamed(organization.Id, team, ct) is { } id ? new(organization.Id, organization.Login, id, team) : null;

    /// <summary>As <see cref="AccountOf"/>, for a caller who gets a new value of it.</summary>
    /// <exception cref="ApiException">403: it may do more than the caller.</exception>
    public async Task<string> RotatedAccount(HttpContext http, string tokenId, CancellationToken ct)
    {
        var owner = await Of(http, ct);
        var token = await tokens.Find(owner, tokenId, ct) ?? throw TokenCalls.NotFound(tokenId);
        await Given(http.Organization(), owner, token, ct);
        return token.AccountId;
    }

    /// <summary>The service account of a token of the address's owner.</summary>
    public async Task<string> AccountOf(HttpContext http, string tokenId, CancellationToken ct) =>
        (await tokens.Find(await Of(http, ct), tokenId, ct) ?? throw TokenCalls.NotFound(tokenId)).AccountId;

    /// <summary>What a token may do that the caller makes, or gives a new value: nobody gives a token more than he has.</summary>
    /// <param name="roleId">A custom role, or <c>admin</c> or <c>member</c>; null is <c>member</c>. A team's token has what its team has beside that.</param>
    /// <exception cref="ApiException">400: it is no role of tokens. 403: it is more than the caller has.</exception>
    public async Task<GivenRole> Given(Organization giver, TokenOwner owner, string? roleId, CancellationToken ct)
    {
        var given = await giving.Check(giver, null, owner.TeamId is null ? roleId ?? OrganizationRole.Member : OrganizationRole.Member, ct);
        return given.Role == OrganizationRole.BillingManager
            ? throw ApiException.BadRequest($"A token is no {given.Label}. Give it another role.")
            : given;
    }

    /// <summary>The same for a token that there is.</summary>
    public Task<GivenRole> Given(Organization giver, TokenOwner owner, Token token, CancellationToken ct) =>
        Given(giver, owner, token.IsAdmin ? OrganizationRole.Admin : token.RoleId, ct);
}
