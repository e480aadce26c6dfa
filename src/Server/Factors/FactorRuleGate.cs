using Microsoft.AspNetCore.Routing.Patterns;
using Server.Auth;
using Server.Http;
using Server.Organizations;
using Server.Settings;

namespace Server.Factors;

/// <summary>Whatever lies below an organization with that rule asks whether the person has a second factor: pages lead to where one is set up, the API says so.</summary>
public static class FactorRuleGate
{
    public static IApplicationBuilder UseFactorRules(this IApplicationBuilder app, ServerSettings settings)
    {
        var rules = app.ApplicationServices.GetRequiredService<FactorRules>();
        var factors = app.ApplicationServices.GetRequiredService<FactorStore>();
        return app.Use(
            async (http, next) =>
            {
                if (
                    http.CallerOrNull() is not { } caller
                    || caller.Login.Contains('/', StringComparison.Ordinal) // a machine
                    || OrganizationOf(http) is not { } login
                    || !await rules.Holds(login, http.RequestAborted)
                    || await factors.Any(caller.AccountId, http.RequestAborted)
                )
                {
                    await next(http);
                }
                else if (http.IsApi())
                {
                    throw new ApiException(
                        StatusCodes.Status403Forbidden,
                        $"Forbidden: Organization '{login}' lets nobody in without a second factor. Set one up at {ServerSettings.Address(settings.ConsoleUrl)}/user/settings/factors"
                    );
                }
                else
                {
                    http.Response.Redirect("/user/settings/factors?required=" + Uri.EscapeDataString(login));
                }
            }
        );
    }

    // The API calls it orgName; pages begin with it, under several names.
    private static string? OrganizationOf(HttpContext http) =>
        http.GetRouteValue(OrganizationAccess.RouteParameter) as string
        ?? (
            http.GetEndpoint() is RouteEndpoint { RoutePattern.PathSegments: [{ Parts: [RoutePatternParameterPart first] }, ..] }
                ? http.GetRouteValue(first.Name) as string
                : null
        );
}
