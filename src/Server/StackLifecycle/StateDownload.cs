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
        routes.MapGet(StackAccess.PageRoute + "/state.json", Send).RequireSignedInStack(Permission.StackExport).OfOrganizations();

    private static async Task<IResult> Send(HttpContext http, StateStore states, LiveStates live, CancellationToken ct)
    {
        var disposition = new ContentDisposition { FileName = $"{http.Stack().Project}-{http.Stack().Name}.json" };
        http.Response.Headers.ContentDisposition = disposition.ToString();
        await StateEndpoints.Export(http, states, live, ct);
        return Results.Empty;
    }
}
