using Server.Audit;
using Server.Auth;
using Server.Http;
using Wire;

namespace Server.Stacks;

public static class StackTagEndpoints
{
    public static void MapStackTags(this IEndpointRouteBuilder routes)
    {
        routes.MapPatch(StackAccess.Route + "/tags", Replace).RequireStack(Permission.StackTagsUpdate);
        routes.MapPost(StackAccess.Route + "/tags", Add).RequireStack(Permission.StackTagsUpdate);
        routes.MapPatch(StackAccess.Route + "/tags/{tagName}", Change).RequireStack(Permission.StackTagsUpdate);
        routes.MapDelete(StackAccess.Route + "/tags/{tagName}", Delete).RequireStack(Permission.StackTagsUpdate);
    }

    private static async Task<IResult> Replace(
        HttpContext http,
        Body<Dictionary<string, string?>> body,
        StackTagging tagging,
        CancellationToken ct
    )
    {
        await tagging.Replace(http.Stack(), body.Value, http.Actor(), ct);
        return Results.NoContent();
    }

    private static async Task<IResult> Add(HttpContext http, Body<StackTag> body, StackTagging tagging, CancellationToken ct)
    {
        await tagging.Add(http.Stack(), body.Value.Name ?? "", body.Value.Value ?? "", http.Actor(), ct);
        return Results.NoContent();
    }

    private static async Task<IResult> Change(
        HttpContext http,
        string tagName,
        Body<StackTag> body,
        StackTagging tagging,
        CancellationToken ct
    )
    {
        await tagging.Change(http.Stack(), tagName, body.Value.Value ?? "", http.Actor(), ct);
        return Results.NoContent();
    }

    private static async Task<IResult> Delete(HttpContext http, string tagName, StackTagging tagging, CancellationToken ct)
    {
        await tagging.Delete(http.Stack(), tagName, http.Actor(), ct);
        return Results.NoContent();
    }
}
