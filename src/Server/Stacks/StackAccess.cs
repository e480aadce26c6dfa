using Server.Auth;

namespace Server.Stacks;

/// <summary>
/// The rule for everything below a stack: who may read the stack and has the permission; to who may not read it, it does not exist.
/// </summary>
public static class StackAccess
{
    /// <summary>The address of a stack, as all routes below it begin.</summary>
    public const string Route = "/api/stacks/{orgName}/{projectName}/{stackName}";

    /// <summary>The address of a stack in the console, as all its pages begin.</summary>
    public const string PageRoute = "/{org}/{project}/{name}";

    /// <param name="permission">One of <see cref="Permission"/>.</param>
    public static RouteHandlerBuilder RequireStack(this RouteHandlerBuilder endpoint, string permission) =>
        endpoint.RequireUser().WithMetadata(new StackMembersOnly(), new NeedsAttribute(permission), new AccessCheck(FindStack));

    /// <summary>As <see cref="RequireStack"/>, for what browsers load by the console's cookie and that is no page.</summary>
    public static RouteHandlerBuilder RequireSignedInStack(this RouteHandlerBuilder endpoint, string permission) =>
        endpoint.RequireAuthorization().WithMetadata(new StackMembersOnly(), new NeedsAttribute(permission), new AccessCheck(FindStack));

    /// <summary>The stack that <see cref="RequireStack"/> has found.</summary>
    public static Stack Stack(this HttpContext http) => http.Features.Get<Stack>()!;

    public sealed record StackMembersOnly;

    /// <summary>What the address calls the stack, which may be a former name; pages have led on to the present one.</summary>
    internal static (string Organization, string Project, string Name) StackNameParts(this HttpContext http) =>
        http.GetRouteValue("stackName") is null && http.Features.Get<Stack>() is { } found ? (found.Organization, found.Project, found.Name)
        : http.GetRouteValue("stackName") is null ? (Part(http, "org"), Part(http, "project"), Part(http, "name"))
        : (Part(http, "orgName"), Part(http, "projectName"), Part(http, "stackName"));

    /// <summary>The stack that was found, if its caller may do what he came for. To a token that does not reach it, it does not exist.</summary>
    internal static void SetStack(this HttpContext http, Stack? found, string organization, string project, string name)
    {
        if (found is null || !http.Caller().Limits.Reaches(found.OrganizationId, found.Id))
        {
            throw NotFound(organization, project, name);
        }
        found.Demand(http.NeededPermission());
        http.Features.Set(found);
    }

    internal static ApiException NotFound(string organization, string project, string name) =>
        ApiException.NotFound($"Stack '{organization}/{project}/{name}' not found");

    private static async Task FindStack(HttpContext http)
    {
        var (organization, project, name) = http.StackNameParts();
        var stacks = http.RequestServices.GetRequiredService<StackStore>();
        http.SetStack(
            await stacks.Find(http.Caller().AccountId, organization, project, name, http.RequestAborted),
            organization,
            project,
            name
        );
    }

    private static string Part(HttpContext http, string parameter) => (string)http.GetRouteValue(parameter)!;
}
