using System.Globalization;
using Server.Auth;
using Server.Console;
using Server.Stacks;
using Server.State;
using Server.Updates.History;
using Server.Updates.Live;

namespace Server.Updates.Pages;

/// <summary>What the pages of updates have beside HTML: for browsers, by the console's cookie.</summary>
public static class UpdatePageEndpoints
{
    public static void MapUpdatePages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(StackAccess.PageRoute + "/updates/{version}/live", Live).RequireSignedInStack(Permission.StackRead).OfOrganizations();
        routes
            .MapGet(StackAccess.PageRoute + "/previews/{updateId}/live", Live)
            .RequireSignedInStack(Permission.StackRead)
            .OfOrganizations();
        routes
            .MapGet(StackAccess.PageRoute + "/updates/{version}/state", State)
            .RequireSignedInStack(Permission.StackRead)
            .OfOrganizations();
    }

    private static async Task<IResult> Live(
        HttpContext http,
        HistoryStore history,
        [Microsoft.AspNetCore.Mvc.FromServices] LiveUpdates live,
        CancellationToken ct
    )
    {
        if (await Find(http, history, ct) is not var (stack, update))
        {
            return Results.NotFound();
        }
        var seen = http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : http.Request.Query["after"].ToString();
        var after = long.TryParse(seen, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : 0;
        http.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold events back
        return TypedResults.ServerSentEvents(live.Watch(update.Id, $"/{stack.FullName}{update.Place()}", after, ct));
    }

    private static async Task State(HttpContext http, HistoryStore history, StateStore states, CancellationToken ct)
    {
        if (await Find(http, history, ct) is not var (stack, update) || update is not { IsOver: true, HasKnownState: true })
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var name = string.Create(CultureInfo.InvariantCulture, $"{stack.Project}-{stack.Name}-{update.Version}.json");
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\""; // names of stacks have letters, digits, and -_. only
        http.Response.ContentType = "application/json";
        if (await states.AsOf(stack.Id, update.Version, ct) is not { } state)
        {
            await http.Response.Body.WriteAsync(StateStore.Empty, ct);
            return;
        }
        var gzip = http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        await states.WriteTo(http.Response, state, gzip, ct);
    }

    private static async Task<(Stack, PastUpdate)?> Find(HttpContext http, HistoryStore history, CancellationToken ct)
    {
        var stack = http.Stack();
        var update =
            Part("updateId") is { } id ? await history.Preview(stack.Id, id, ct)
            : long.TryParse(Part("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? await history.AtVersion(stack.Id, version, ct)
            : null;
        return update is null ? null : (stack, update);

        string? Part(string name) => http.GetRouteValue(name) as string;
    }
}
