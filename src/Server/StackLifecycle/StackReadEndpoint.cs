using Server.Stacks;
using Wire;

namespace Server.StackLifecycle;

/// <summary>GET /api/stacks/{org}/{project}/{stack}</summary>
public static class StackReadEndpoint
{
    public static void MapStackRead(this IEndpointRouteBuilder routes) => routes.MapGet(StackAccess.Route, Read).RequireStack();

    private static async Task<StackResponse> Read(HttpContext http, StackStore stacks, CancellationToken ct)
    {
        var stack = http.Stack();
        return new(
            stack.Id,
            stack.Organization,
            stack.Project,
            stack.Name,
            stack.LatestUpdateId ?? "",
            await stacks.Tags(stack.Id, ct),
            stack.Version
        );
    }
}
