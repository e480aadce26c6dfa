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

    private static readonly AuthorizationPolicy TokenHolder = new AuthorizationPolicyBuilder(TokenScheme).RequireAuthenticatedUser().Build();

    /// <summary>Any account, by access token.</summary>
    public static T RequireUser<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.RequireAuthorization(TokenHolder);
}
