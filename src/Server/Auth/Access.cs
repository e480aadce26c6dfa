using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace Server.Auth;

/// <summary>
/// Who may call a route. Every route says it: API routes with one of these or <c>AllowAnonymous</c>, pages with an attribute. A test walks all
/// routes and fails on one that does not; at run time such a route is refused.
/// </summary>
public static class Access
{
    /// <summary>The scheme of <c>Authorization: token pul-…</c>, for the API.</summary>
    public const string TokenScheme = "token";

    /// <summary>The scheme of the console's cookie, for pages.</summary>
    public const string SessionScheme = "session";

    private static readonly AuthorizationPolicy TokenHolder = new AuthorizationPolicyBuilder(TokenScheme)
        .RequireAuthenticatedUser()
        .Build();

    private static readonly AuthorizationPolicy SiteAdmin = new AuthorizationPolicyBuilder(TokenScheme)
        .RequireAuthenticatedUser()
        .RequireClaim(ClaimTypes.Role, Auth.Caller.SiteAdminRole)
        .Build();

    /// <summary>Any account, by access token.</summary>
    public static T RequireUser<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.RequireAuthorization(TokenHolder);

    /// <summary>An account that administers the service, by access token.</summary>
    public static T RequireSiteAdmin<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.RequireAuthorization(SiteAdmin);

    public static bool SaysWhoMayCall(this Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
        || endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
        || endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is not null;

    public static IApplicationBuilder UseDenyByDefault(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
                http.GetEndpoint() is RouteEndpoint route && !route.SaysWhoMayCall()
                    ? throw new InvalidOperationException($"{route.DisplayName} does not say who may call it.")
                    : next(http)
        );
}
