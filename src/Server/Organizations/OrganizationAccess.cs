using Server.Auth;

namespace Server.Organizations;

/// <summary>
/// The rule for everything below an organization: its members who have the permission; to who is no member it does not exist.
/// </summary>
public static class OrganizationAccess
{
    /// <summary>The route parameter that holds the organization's login.</summary>
    public const string RouteParameter = "orgName";

    /// <param name="permission">One of <see cref="Permission"/>.</param>
    public static RouteHandlerBuilder RequireMember(this RouteHandlerBuilder endpoint, string permission) =>
        endpoint.RequireUser().WithMetadata(new MembersOnly(), new NeedsAttribute(permission), new AccessCheck(CheckMembership));

    /// <summary>As <see cref="RequireMember"/>, for what browsers load by the console's cookie and that is no page.</summary>
    public static RouteHandlerBuilder RequireSignedInMember(this RouteHandlerBuilder endpoint, string permission) =>
        endpoint.RequireAuthorization().WithMetadata(new MembersOnly(), new NeedsAttribute(permission), new AccessCheck(CheckMembership));

    /// <summary>The organization that <see cref="RequireMember"/> has found.</summary>
    public static Organization Organization(this HttpContext http) => http.Features.Get<Organization>()!;

    public sealed record MembersOnly;

    private static async Task CheckMembership(HttpContext http)
    {
        var organization = await http.FindOrganization();
        organization.Demand(http.NeededPermission());
        http.Features.Set(organization);
    }

    /// <summary>The organization of the address, whatever the caller may do in it.</summary>
    /// <exception cref="ApiException">404: there is none for the caller.</exception>
    internal static async Task<Organization> FindOrganization(this HttpContext http)
    {
        var login = (string)(http.GetRouteValue(RouteParameter) ?? http.GetRouteValue("org"))!;
        var organizations = http.RequestServices.GetRequiredService<OrganizationStore>();
        return
            await organizations.Find(http.Caller().AccountId, login, http.RequestAborted) is { } found
            && http.Caller().Limits.Reaches(found.Id)
            ? found
            : throw ApiException.NotFound($"Organization '{login}' not found");
    }
}
