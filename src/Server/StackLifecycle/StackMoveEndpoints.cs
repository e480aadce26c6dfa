using Server.Auth;
using Server.Http;
using Server.Stacks;
using Wire;

namespace Server.StackLifecycle;

/// <summary>POST …/rename and POST …/transfer</summary>
public static class StackMoveEndpoints
{
    public static void MapStackMove(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(StackAccess.Route + "/rename", Rename).RequireStack(Permission.StackRename);
        routes.MapPost(StackAccess.Route + "/transfer", Transfer).RequireStack(Permission.StackTransfer).WholeTokensOnly();
    }

    private static async Task<ImportStackResponse> Rename(
        HttpContext http,
        Body<RenameStackRequest> body,
        StackMoves moves,
        CancellationToken ct
    ) => new(await moves.Rename(http.Stack(), body.Value.NewProject, body.Value.NewName, http.Mover(), ct));

    private static async Task<IResult> Transfer(HttpContext http, Body<TransferStackRequest> body, StackMoves moves, CancellationToken ct)
    {
        var (stack, request) = (http.Stack(), body.Value);
        if (
            !Or(request.FromOrg, stack.Organization).Equals(stack.Organization, StringComparison.OrdinalIgnoreCase)
            || Or(request.ProjectName, stack.Project) != stack.Project
            || Or(request.StackName, stack.Name) != stack.Name
        )
        {
            throw ApiException.BadRequest($"The address names the stack '{stack.FullName}', but the body another.");
        }
        await moves.Transfer(stack, request.ToOrg, http.Mover(), ct);
        return Results.NoContent();
    }

    private static string Or(string? given, string standard) => string.IsNullOrEmpty(given) ? standard : given;
}
