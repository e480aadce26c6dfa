using Server.Auth;
using Server.Organizations;
using Wire;

namespace Server.Environments;

/// <summary>The rule for everything below an environment: members of its organization, and to all others it does not exist.</summary>
public static class EnvironmentAccess
{
    public const string OrganizationRoute = "/api/esc/environments/{orgName}";

    /// <summary>The address of an environment, as all routes below it begin.</summary>
    public const string Route = OrganizationRoute + "/{projectName}/{envName}";

    /// <param name="permission">One of <see cref="Permission"/>.</param>
    public static RouteHandlerBuilder RequireEnvironment(this RouteHandlerBuilder endpoint, string permission) =>
        endpoint.RequireMember(permission).AddEndpointFilter(FindEnvironment);

    /// <summary>Tells where a definition is wrong, in the shape that clients print with the lines.</summary>
    public static RouteHandlerBuilder AnswerDiagnostics(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(Diagnose);

    /// <summary>The environment that <see cref="RequireEnvironment"/> has found.</summary>
    public static StoredEnvironment Environment(this HttpContext http) => http.Features.Get<StoredEnvironment>()!;

    private static async ValueTask<object?> FindEnvironment(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var http = call.HttpContext;
        var (project, name) = ((string)http.GetRouteValue("projectName")!, (string)http.GetRouteValue("envName")!);
        var store = http.RequestServices.GetRequiredService<EnvironmentStore>();
        http.Features.Set(
            await store.Find(http.Organization().Id, project, name, http.RequestAborted)
                ?? throw ApiException.NotFound($"Environment '{http.Organization().Login}/{project}/{name}' not found")
        );
        return await next(call);
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
