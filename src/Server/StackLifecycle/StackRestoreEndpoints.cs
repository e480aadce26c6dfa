using Server.Auth;
using Server.Http;
using Server.Organizations;
using Server.Stacks;
using Server.Updates.History;
using Wire;

namespace Server.StackLifecycle;

/// <summary>GET /api/orgs/{org}/restore-stack and POST …/{id}: deleted stacks, and one of them back.</summary>
public static class StackRestoreEndpoints
{
    private const string Route = "/api/orgs/{orgName}/restore-stack";
    private const int Most = 25;

    public static void MapStackRestore(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, List).RequireMember(Permission.StackListDeleted);
        routes.MapPost(Route + "/{programID}", Restore).RequireMember(Permission.StackListDeleted);
    }

    private static async Task<ListDeletedStacksResponse> List(
        HttpContext http,
        StackStore stacks,
        HistoryStore history,
        CancellationToken ct
    )
    {
        var list = new List<DeletedStack>();
        foreach (var stack in await stacks.Deleted(http.Organization(), Most, ct))
        {
            var last = await history.Latest(stack.Id, ct);
            list.Add(
                new(
                    stack.Id,
                    stack.Id,
                    stack.Project,
                    stack.Name,
                    stack.Version,
                    stack.DeletedMs / 1000,
                    last?.Summary() ?? new("not-started", 0, 0, 0)
                )
            );
        }
        return new(list);
    }

    private static async Task<IResult> Restore(
        HttpContext http,
        string programID,
        Body<RestoreDeletedStackRequest> body,
        StackMoves moves,
        CancellationToken ct
    )
    {
        await moves.Restore(http.Organization(), programID, body.Value.StackName, http.Mover(), ct);
        return Results.NoContent();
    }
}
