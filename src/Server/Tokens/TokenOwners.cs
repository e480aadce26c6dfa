using Server.Auth;
using Server.Organizations;

namespace Server.Tokens;

/// <summary>Whose tokens an address means: <c>/api/orgs/{orgName}/tokens</c> or <c>…/teams/{teamName}/tokens</c>.</summary>
public sealed class TokenOwners(OrganizationStore organizations, MachineTokenStore tokens)
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

    /// <summary>The service account of a token of the address's owner.</summary>
    public async Task<string> AccountOf(HttpContext http, string tokenId, CancellationToken ct) =>
        (await tokens.Find(await Of(http, ct), tokenId, ct) ?? throw TokenCalls.NotFound(tokenId)).AccountId;

    /// <returns>What is wrong with the role, as a sentence; null if nothing is.</returns>
    public async Task<string?> RoleProblem(TokenOwner owner, string? roleId, CancellationToken ct) =>
        roleId is null || await organizations.HasRole(owner.OrganizationId, roleId, ct)
            ? null
            : $"'{owner.Organization}' has no role '{roleId}'.";
}
