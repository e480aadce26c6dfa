using Server.Auth;
using Server.Http;
using Wire;

namespace Server.Stacks;

/// <summary>
/// Configuration that the service keeps for a stack, in an environment. There are no environments yet that could hold it, so every stack's
/// configuration is in files.
/// </summary>
public static class StackConfigEndpoints
{
    public static void MapStackConfig(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(StackAccess.Route + "/config", Read).RequireStack(Permission.StackRead);
        routes.MapPut(StackAccess.Route + "/config", Write).RequireStack(Permission.StackWrite);
        routes.MapDelete(StackAccess.Route + "/config", () => Results.NoContent()).RequireStack(Permission.StackWrite);
    }

    public static ApiException NoEnvironments() =>
        ApiException.BadRequest(
            "This server has no environments yet, so it cannot keep a stack's configuration. Keep it in Pulumi.<stack>.yaml: leave out --remote-config."
        );

    private static IResult Read(HttpContext http) =>
        throw ApiException.NotFound($"The configuration of stack '{http.Stack().FullName}' is in a file, not here");

    private static IResult Write(Body<StackConfig> body) => throw NoEnvironments();
}
