using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.Organizations;
using Wire;

namespace Server.Tokens;

/// <summary>Tokens of organizations and teams, and how long a token may live.</summary>
public static class MachineTokenEndpoints
{
    private const string Organizations = "/api/orgs/{orgName}";

    public static void MapMachineTokens(this IEndpointRouteBuilder routes)
    {
        Map(Organizations + "/tokens", Permission.OrgTokenRead, Permission.OrgTokenCreate, Permission.OrgTokenDelete);
        Map(Organizations + "/teams/{teamName}/tokens", Permission.TeamListTokens, Permission.TeamCreateToken, Permission.TeamDeleteToken);
        routes.MapGet(Organizations + "/roles/{roleID}/tokens", OfRole).RequireMember(Permission.OrgTokenRead);

        void Map(string tokens, string read, string create, string delete)
        {
            routes.MapGet(tokens, List).RequireMember(read);
            routes.MapPost(tokens, Create).RequireMember(create).WholeTokensOnly();
            routes.MapPatch(tokens + "/{tokenId}", Rename).RequireMember(create).WholeTokensOnly();
            routes.MapPost(tokens + "/{tokenId}/rotate", Rotate).RequireMember(create).WholeTokensOnly();
            routes.MapDelete(tokens + "/{tokenId}", Delete).RequireMember(delete).WholeTokensOnly();
        }
    }

    private static async Task<ListTokensResponse> List(
        HttpContext http,
        TokenOwners owners,
        MachineTokenStore tokens,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var page = TokenPage.Of(http);
        var found = await tokens.List(await owners.Of(http, ct), page.Filter, page.Before, page.Count + 1, ct);
        return page.Answer(found, token => token.OnWire(clock));
    }

    private static async Task<ListTokensResponse> OfRole(
        HttpContext http,
        string roleID,
        MachineTokenStore tokens,
        TimeProvider clock,
        CancellationToken ct
    ) => new([.. (await tokens.OfRole(http.Organization().Id, roleID, ct)).Select(t => t.OnWire(clock))]);

    private static async Task<CreateTokenResponse> Create(
        HttpContext http,
        Body<CreateMachineTokenRequest> body,
        Caller caller,
        TokenOwners owners,
        MachineTokenStore tokens,
        TokenCaps caps,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var owner = await owners.Of(http, ct);
        var request = body.Value;
        var wantedRole = request.RoleId is { Length: > 0 } role ? role : null;
        TokenCalls.Refuse(
            request.Admin && wantedRole is not null ? "A token has a role or is an administrator's: give roleID or admin, not both." : null
        );
        var given = await owners.Given(http.Organization(), owner, request.Admin ? OrganizationRole.Admin : wantedRole, ct);
        var wanted = new NewMachineToken(
            (request.Name ?? "").Trim(),
            (request.Description ?? "").Trim(),
            Token.Milliseconds(request.Expires ?? 0),
            given.Role == OrganizationRole.Admin,
            given.RoleId
        );
        TokenCalls.Refuse(wanted.Problem(clock) ?? await caps.Problem(owner, wanted.ExpiresMs, ct));
        var (token, secret) =
            await tokens.Create(owner, wanted, caller.Login, http.Actor(), ct)
            ?? throw ApiException.Conflict(
                $"A token of {owner.Organization} is or was called '{wanted.Name}'. Names are given once, so that the audit log stays true. Choose another."
            );
        return new(token.Id, secret.Reveal());
    }

    private static async Task<IResult> Rename(
        HttpContext http,
        string tokenId,
        Body<RenameTokenRequest> body,
        TokenOwners owners,
        TokenCalls calls,
        CancellationToken ct
    ) => await calls.Rename(http, await owners.AccountOf(http, tokenId, ct), tokenId, body.Value, ct);

    private static async Task<RotateTokenResponse> Rotate(
        HttpContext http,
        string tokenId,
        Body<RotateTokenRequest> body,
        TokenOwners owners,
        TokenCalls calls,
        CancellationToken ct
    ) => await calls.Rotate(http, await owners.RotatedAccount(http, tokenId, ct), tokenId, body.Value, ct);

    private static async Task<IResult> Delete(
        HttpContext http,
        string tokenId,
        TokenOwners owners,
        TokenCalls calls,
        CancellationToken ct
    ) => await calls.Delete(http, await owners.AccountOf(http, tokenId, ct), tokenId, ct);
}
