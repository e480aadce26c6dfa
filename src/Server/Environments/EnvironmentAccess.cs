using Server.Auth;
using Server.Organizations;
using Wire;

namespace Server.Environments;

/// <summary>
/// The rule for everything below an environment: who may read the environment and has the permission; to who may not read it, it does not exist.
/// </summary>
public static class EnvironmentAccess
{
    public const string OrganizationRoute = "/api/esc/environments/{orgName}";

    /// <summary>The address of an environment, as all routes below it begin.</summary>
    public const string Route = OrganizationRoute + "/{projectName}/{envName}";

    /// <param name="permission">One of <see cref="Permission"/>.</param>
    public static RouteHandlerBuilder RequireEnvironment(this RouteHandlerBuilder endpoint, string permission) =>
        endpoint
            .RequireUser()
            .WithMetadata(
                new OrganizationAccess.MembersOnly(),
                new EnvironmentMembersOnly(),
                new NeedsAttribute(permission),
                new AccessCheck(FindEnvironment)
            );

    public sealed record EnvironmentMembersOnly;

    /// <summary>Tells where a definition is wrong, in the shape that clients print with the lines.</summary>
    public static RouteHandlerBuilder AnswerDiagnostics(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(Diagnose);

    /// <summary>The environment that <see cref="RequireEnvironment"/> has found.</summary>
    public static StoredEnvironment Environment(this HttpContext http) => http.Features.Get<StoredEnvironment>()!;

    private static async Task FindEnvironment(HttpContext http)
    {
        var organization = await http.FindOrganization();
        var (project, name) = ((string)http.GetRouteValue("projectName")!, (string)http.GetRouteValue("envName")!);
        var store = http.RequestServices.GetRequiredService<EnvironmentStore>();
        var found =
            await store.Find(organization, organization.Id, project, name, http.RequestAborted)
            ?? throw ApiException.NotFound($"Environment '{organization.Login}/{project}/{name}' not found");
        found.Demand(http.NeededPermission());
        http.Features.Set(organization);
        http.Features.Set(found);
    }

    private static async ValueTask<object?> Diagnose(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        try
        {
            return await next(call);
        }
        catch (DefinitionException wrong)
        {
            return Results.Json(
                new EnvironmentErrorResponse(400, "Bad Request: " + wrong.Message, wrong.Diagnostics),
                WireJson.Default.EnvironmentErrorResponse,
                statusCode: 400
            );
        }
    }
}
