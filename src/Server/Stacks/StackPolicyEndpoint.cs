using Server.Auth;
using Wire;

namespace Server.Stacks;

/// <summary>GET …/policypacks?mode=audit|preventative: what every update of the stack has to keep to. There is nothing yet.</summary>
public static class StackPolicyEndpoint
{
    public static void MapStackPolicies(this IEndpointRouteBuilder routes) =>
        routes.MapGet(StackAccess.Route + "/policypacks", List).RequireStack(Permission.StackRead);

    private static StackPolicyPacksResponse List(HttpContext http) =>
        http.Request.Query["mode"].ToString() is "" or "audit" or "preventative"
            ? new([])
            : throw ApiException.BadRequest("mode is audit or preventative.");
}
