using Server.Auth;
using Server.Settings;
using Server.Tokens;
using Wire;

namespace Server.OAuth;

/// <summary>An authorization server for the command line, and for nobody else: RFC 6749 with 7009, 7636, 8252, 8414, 8628 and 9207.</summary>
public static class OAuthEndpoints
{
    public static void AddOAuth(this IServiceCollection services)
    {
        services.AddSingleton<GrantStore>();
        services.AddSingleton<CodeStore>();
        services.AddSingleton<DeviceStore>();
        services.AddSingleton<OAuthThrottles>();
    }

    public static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/.well-known/oauth-authorization-server",
                (ServerSettings settings) => Results.Json(Metadata(settings), OAuthJson.Default.OAuthMetadata)
            )
            .AllowAnonymous();
        routes.MapPost("/api/oauth/token", TokenEndpoint.Answer).AllowAnonymous();
        routes.MapPost("/api/oauth/device", DeviceEndpoint.Answer).AllowAnonymous();
        routes.MapPost("/api/oauth/revoke", Revoke).AllowAnonymous();
        routes.MapPost("/api/oauth/introspect", Introspect).RequireUser();
    }

    private static OAuthMetadata Metadata(ServerSettings settings)
    {
        var (api, console) = (ServerSettings.Address(settings.PublicUrl), ServerSettings.Address(settings.ConsoleUrl));
        return new(
            Issuer: api,
            AuthorizationEndpoint: console + "/oauth/authorize",
            TokenEndpoint: api + "/api/oauth/token",
            DeviceAuthorizationEndpoint: settings.DeviceLogin ? api + "/api/oauth/device" : null,
            RevocationEndpoint: api + "/api/oauth/revoke",
            IntrospectionEndpoint: api + "/api/oauth/introspect",
            ResponseTypesSupported: ["code"],
            GrantTypesSupported: settings.DeviceLogin
                ? [TokenEndpoint.Code, TokenEndpoint.Refresh, TokenEndpoint.Device, TokenEndpoint.Exchange]
                : [TokenEndpoint.Code, TokenEndpoint.Refresh, TokenEndpoint.Exchange],
            CodeChallengeMethodsSupported: ["S256"],
            TokenEndpointAuthMethodsSupported: ["none"],
            AuthorizationResponseIssParameterSupported: true
        );
    }

    /// <summary>RFC 7009: a token that is not known is as good as revoked.</summary>
    private static async Task<IResult> Revoke(HttpContext http, GrantStore grants, CancellationToken ct)
    {
        var form = await OAuthForm.Read(http);
        if (form["token"] is not { } token)
        {
            return OAuthForm.Refuse("invalid_request", "The token to revoke is missing.");
        }
        await grants.Revoke(new Secret(token), ct);
        return Results.Ok();
    }

    private static async Task<IResult> Introspect(HttpContext http, Caller caller, TokenStore tokens, CancellationToken ct)
    {
        var form = await OAuthForm.Read(http);
        var token = form["token"] is { } value ? await tokens.Find(caller.AccountId, new Secret(value), ct) : null;
        return Results.Json(
            token is null
                ? new TokenIntrospection(Active: false)
                : new(Active: true)
                {
                    Username = caller.Login,
                    TokenType = "token",
                    Exp = token.ExpiresMs == 0 ? null : token.ExpiresMs / 1000,
                    Iat = token.CreatedMs / 1000,
                },
            OAuthJson.Default.TokenIntrospection
        );
    }
}

/// <summary>What bounds guessing and waste.</summary>
public sealed class OAuthThrottles : IDisposable
{
    /// <summary>Device logins that a network may start.</summary>
    public Throttle Devices { get; } = new(permits: 60, TimeSpan.FromMinutes(5));

    /// <summary>Wrong codes that a network may type.</summary>
    public Throttle UserCodes { get; } = new(permits: 10, TimeSpan.FromMinutes(5));

    public void Dispose()
    {
        Devices.Dispose();
        UserCodes.Dispose();
    }
}
