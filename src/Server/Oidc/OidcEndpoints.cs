using System.Globalization;
using System.Text.Json;
using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.OAuth;
using Server.Organizations;
using Wire;

namespace Server.Oidc;

/// <summary>Issuers and their rules, as published.</summary>
public static class OidcEndpoints
{
    private const string Issuers = "/api/orgs/{orgName}/oidc/issuers";
    private const string One = Issuers + "/{issuerId}";
    private const string AuthPolicies = "/api/orgs/{orgName}/auth/policies";

    public static void AddOidc(this IServiceCollection services)
    {
        services.AddSingleton<Discovery>();
        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<IssuerStore>();
        services.AddSingleton<IssuerRegistry>();
        services.AddSingleton<TokenCheck>();
        services.AddSingleton<ExchangeThrottle>();
        services.AddSingleton<TokenExchange>();
        services.AddSingleton(provider => new OtherGrant(TokenExchange.GrantType, provider.GetRequiredService<TokenExchange>().Answer));
    }

    public static void MapOidc(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Issuers, List).RequireMember(Permission.OidcIssuersRead);
        routes.MapPost(Issuers, Register).RequireMember(Permission.OidcIssuersCreate).WholeTokensOnly();
        routes.MapGet(One, Read).RequireMember(Permission.OidcIssuersRead);
        routes.MapPatch(One, Change).RequireMember(Permission.OidcIssuersUpdate).WholeTokensOnly();
        routes.MapDelete(One, Delete).RequireMember(Permission.OidcIssuersDelete).WholeTokensOnly();
        routes
            .MapPost(One + "/regenerate-thumbprints", Regenerate)
            .RequireMember(Permission.OidcIssuersRegenerateThumbprints)
            .WholeTokensOnly();
        routes.MapGet(AuthPolicies + "/oidcissuers/{issuerId}", ReadPolicies).RequireMember(Permission.AuthPoliciesRead);
        routes.MapPatch(AuthPolicies + "/{policyId}", ChangePolicies).RequireMember(Permission.AuthPoliciesUpdate).WholeTokensOnly();
    }

    private static async Task<ListOidcIssuersResponse> List(HttpContext http, IssuerStore issuers, CancellationToken ct) =>
        new([.. (await issuers.List(http.Organization().Id, ct)).Select(OnWire)]);

    private static async Task<OidcIssuerRegistrationResponse> Read(
        HttpContext http,
        string issuerId,
        IssuerStore issuers,
        CancellationToken ct
    ) => OnWire(await Find(http, issuerId, issuers, ct));

    private static async Task<OidcIssuerRegistrationResponse> Register(
        HttpContext http,
        Body<OidcIssuerRegistrationRequest> body,
        IssuerRegistry registry,
        CancellationToken ct
    )
    {
        var said = body.Value;
        var wish = new IssuerWish(said.Name, said.Url, said.Thumbprints, said.MaxExpiration, Text(said.Jwks));
        return OnWire(await registry.Register(http.Organization().Id, wish, http.Actor(), ct));
    }

    private static async Task<OidcIssuerRegistrationResponse> Change(
        HttpContext http,
        string issuerId,
        Body<OidcIssuerUpdateRequest> body,
        IssuerStore issuers,
        IssuerRegistry registry,
        CancellationToken ct
    )
    {
        var said = body.Value;
        var wish = new IssuerWish(said.Name, Url: null, said.Thumbprints, said.MaxExpiration, Text(said.Jwks));
        return OnWire(await registry.Change(await Find(http, issuerId, issuers, ct), wish, http.Actor(), ct));
    }

    private static async Task<IResult> Delete(
        HttpContext http,
        string issuerId,
        IssuerStore issuers,
        IssuerRegistry registry,
        CancellationToken ct
    )
    {
        await registry.Delete(await Find(http, issuerId, issuers, ct), http.Actor(), ct);
        return Results.NoContent();
    }

    private static async Task<OidcIssuerRegistrationResponse> Regenerate(
        HttpContext http,
        string issuerId,
        IssuerStore issuers,
        IssuerRegistry registry,
        CancellationToken ct
    ) => OnWire(await registry.RegenerateThumbprints(await Find(http, issuerId, issuers, ct), http.Actor(), ct));

    private static async Task<AuthPolicyResponse> ReadPolicies(
        HttpContext http,
        string issuerId,
        IssuerStore issuers,
        CancellationToken ct
    ) => PolicyOf(await Find(http, issuerId, issuers, ct));

    private static async Task<AuthPolicyResponse> ChangePolicies(
        HttpContext http,
        string policyId,
        Body<AuthPolicyUpdateRequest> body,
        IssuerStore issuers,
        IssuerRegistry registry,
        CancellationToken ct
    )
    {
        var organization = http.Organization().Id;
        var issuer =
            await issuers.FindByPolicy(organization, policyId, ct)
            ?? throw ApiException.NotFound($"Authentication policy '{policyId}' not found");
        await registry.ChangePolicies(http.Organization(), issuer, body.Value.Policies, http.Actor(), ct);
        return PolicyOf((await issuers.FindByPolicy(organization, policyId, ct))!);
    }

    private static async Task<Issuer> Find(HttpContext http, string issuerId, IssuerStore issuers, CancellationToken ct) =>
        await issuers.Find(http.Organization().Id, issuerId, ct) ?? throw ApiException.NotFound($"OIDC issuer '{issuerId}' not found");

    private static string? Text(JsonElement? jwks) =>
        jwks is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given ? given.GetRawText() : null;

    private static AuthPolicyResponse PolicyOf(Issuer issuer) =>
        new(issuer.PolicyId, issuer.PolicyVersion, Time(issuer.CreatedMs), Time(issuer.PolicyModifiedMs), Policies.Read(issuer));

    private static OidcIssuerRegistrationResponse OnWire(Issuer issuer) =>
        new(
            issuer.Id,
            issuer.Name,
            issuer.Url,
            issuer.IssuerName,
            issuer.ThumbprintList,
            issuer.MaxExpiration,
            issuer.Jwks is { } jwks ? JsonElement.Parse(jwks) : null,
            Time(issuer.CreatedMs),
            Time(issuer.ModifiedMs),
            issuer.LastUsedMs == 0 ? null : Time(issuer.LastUsedMs)
        );

    private static string Time(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
