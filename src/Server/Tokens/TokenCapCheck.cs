using Server.Auth;
using Server.Organizations;

namespace Server.Tokens;

/// <summary>
/// Refuses tokens that live longer than the organization takes, at each use. Sessions, logins that refresh themselves and exchanged tokens are exempt:
/// they are short-lived by themselves.
/// </summary>
public static class TokenCapCheck
{
    public static IApplicationBuilder UseTokenCaps(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                if (
                    http.CallerOrNull() is { TokenId: not null, ShortLived: false } caller
                    && http.GetRouteValue(OrganizationAccess.RouteParameter) is string login
                )
                {
                    await Check(http, caller, login);
                }
                await next(http);
            }
        );

    private static async Task Check(HttpContext http, Caller caller, string login)
    {
        var caps = http.RequestServices.GetRequiredService<TokenCaps>();
        var days = await caps.Of(login, http.RequestAborted);
        if (days == 0 || !caps.IsTooLong(caller.TokenExpiresMs, days))
        {
            return;
        }
        var organizations = http.RequestServices.GetRequiredService<OrganizationStore>();
        if (await organizations.Find(caller.AccountId, login, http.RequestAborted) is { } organization) // to others it does not exist
        {
            throw ApiException.Forbidden(
                $"The organization '{organization.Login}' takes access tokens only that expire within {days} days, and this one {(caller.TokenExpiresMs == 0 ? "never does" : "lives longer")}. Make a new one that expires sooner."
            );
        }
    }
}
