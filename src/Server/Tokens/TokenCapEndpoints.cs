using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.Organizations;
using Wire;

namespace Server.Tokens;

/// <summary>Beyond the published API, where the cap is part of the organization's settings: read it, preview one, set it.</summary>
public static class TokenCapEndpoints
{
    private const string Route = "/api/orgs/{orgName}/token-expiry";

    public static void MapTokenCaps(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, Read).RequireMember(Permission.OrgTokenRead);
        routes.MapPut(Route, Set).RequireMember(Permission.OrganizationUpdate).WholeTokensOnly();
    }

    /// <summary><c>?days=30</c> previews another cap than the present one.</summary>
    private static async Task<TokenExpiryCap> Read(HttpContext http, TokenCaps caps, TimeProvider clock, CancellationToken ct)
    {
        var organization = http.Organization();
        var now = await caps.Of(organization.Login, ct);
        var days = http.Request.Query["days"].ToString() is { Length: > 0 } text
            ? long.TryParse(text, out var asked)
                ? Checked(asked)
                : throw Wrong()
            : now;
        var affected = days == 0 ? [] : await caps.Affected(organization.Id, days, ct);
        return new(now, [.. affected.Select(t => t.OnWire(clock))]);
    }

    private static async Task<IResult> Set(HttpContext http, Body<TokenExpiryCapRequest> body, TokenCaps caps, CancellationToken ct)
    {
        await caps.Set(http.Organization().Id, Checked(body.Value.MaxDays ?? throw Wrong()), http.Actor(), ct);
        return Results.NoContent();
    }

    private static long Checked(long days) => days is >= 0 and <= TokenCaps.LongestDays ? days : throw Wrong();

    private static ApiException Wrong() => ApiException.BadRequest($"Give days, 1 to {TokenCaps.LongestDays}, or 0 for no cap.");
}
