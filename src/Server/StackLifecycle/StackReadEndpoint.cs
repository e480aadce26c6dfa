using Server.Auth;
using Server.Stacks;
using Server.Updates;
using Wire;

namespace Server.StackLifecycle;

/// <summary>GET /api/stacks/{org}/{project}/{stack}</summary>
public static class StackReadEndpoint
{
    public static void MapStackRead(this IEndpointRouteBuilder routes) =>
        routes.MapGet(StackAccess.Route, Read).RequireStack(Permission.StackRead);

    private static Task<StackResponse> Read(HttpContext http, StackView view, CancellationToken ct) => view.Of(http.Stack(), ct);
}
