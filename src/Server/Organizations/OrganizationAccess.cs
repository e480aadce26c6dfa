using Server.Auth;

namespace Server.Organizations;

/// <summary>The rule for everything below an organization: its members, and to all others it does not exist.</summary>
public static class OrganizationAccess
{
    /// <summary>The route parameter that holds the organization's login.</summary>
    public const string RouteParameter = "orgName";

    public static RouteHandlerBuilder RequireMember(this RouteHandlerBuilder endpoint) =>
        endpoint.RequireUser().AddEndpointFilter(CheckMembership).WithMetadata(new MembersOnly());

    /// <summary>The organization that <see cref="RequireMember"/> has found.</summary>
    public static Organization Organization(this HttpContext http) => http.Features.Get<Organization>()!;

    public sealed record MembersOnly;

    private static async ValueTask<object?> CheckMembership(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var http = call.HttpContext;
        var login = (string)http.GetRouteValue(RouteParameter)!;
        var organizations = http.RequestServices.GetRequiredService<OrganizationStore>();
        http.Features.Set(
            await organizations.Find(http.Caller().AccountId, login, http.RequestAborted)
                ?? throw ApiException.NotFound($"Organization '{login}' not found")
        );
        return await next(call);
    }
}
