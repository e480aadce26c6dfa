using Server.Auth;

namespace Server.Stacks;

/// <summary>The rule for everything below a stack: members of its organization, and to all others it does not exist.</summary>
public static class StackAccess
{
    /// <summary>The address of a stack, as all routes below it begin.</summary>
    public const string Route = "/api/stacks/{orgName}/{projectName}/{stackName}";

    public static RouteHandlerBuilder RequireStack(this RouteHandlerBuilder endpoint) =>
        endpoint.RequireUser().AddEndpointFilter(FindStack).WithMetadata(new StackMembersOnly());

    /// <summary>The stack that <see cref="RequireStack"/> has found.</summary>
    public static Stack Stack(this HttpContext http) => http.Features.Get<Stack>()!;

    public sealed record StackMembersOnly;

    /// <summary>What the address calls the stack, which may be a former name; pages have led on to the present one.</summary>
    internal static (string Organization, string Project, string Name) StackNameParts(this HttpContext http) =>
        http.GetRouteValue("stackName") is null
            ? (http.Stack().Organization, http.Stack().Project, http.Stack().Name)
            : (Part(http, "orgName"), Part(http, "projectName"), Part(http, "stackName"));

    internal static ApiException NotFound(string organization, string project, string name) =>
        ApiException.NotFound($"Stack '{organization}/{project}/{name}' not found");

    private static async ValueTask<object?> FindStack(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var http = call.HttpContext;
        var (organization, project, name) = http.StackNameParts();
        var stacks = http.RequestServices.GetRequiredService<StackStore>();
        http.Features.Set(
            await stacks.Find(http.Caller().AccountId, organization, project, name, http.RequestAborted)
                ?? throw NotFound(organization, project, name)
        );
        return await next(call);
    }

    private static string Part(HttpContext http, string parameter) => (string)http.GetRouteValue(parameter)!;
}
