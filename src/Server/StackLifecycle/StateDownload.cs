using System.Net.Mime;
using Server.Auth;
using Server.Console;
using Server.Stacks;
using Server.State;
using Server.Updates;

namespace Server.StackLifecycle;

/// <summary>GET /{org}/{project}/{stack}/state.json: what <c>pulumi stack export</c> gives, as a file. Its secrets are encrypted.</summary>
public static class StateDownload
{
    public static void MapStateDownload(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/{org}/{project}/{stack}/state.json", Send).RequireAuthorization().OfOrganizations();

    private static async Task<IResult> Send(
        HttpContext http,
        string org,
        string project,
        string stack,
        StackStore stacks,
        StateStore states,
        LiveStates live,
        CancellationToken ct
    )
    {
        if (await stacks.Find(http.Caller().AccountId, org, project, stack, ct) is not { } found)
        {
            return Results.NotFound();
        }
        http.Features.Set(found);
        var disposition = new ContentDisposition { FileName = $"{found.Project}-{found.Name}.json" };
        http.Response.Headers.ContentDisposition = disposition.ToString();
        await StateEndpoints.Export(http, states, live, ct);
        return Results.Empty;
    }
}
