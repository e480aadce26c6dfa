using Server.Auth;
using Server.Stacks;
using Server.Updates.Reports;
using Wire;

namespace Server.Updates.Pages;

/// <summary>GET /api/console/stacks/{org}/{project}/{stack}/updates/{updateID}/summary, and of the latest.</summary>
public static class SummaryEndpoints
{
    private static readonly string Route = "/api/console" + StackAccess.Route["/api".Length..] + "/updates";

    public static void MapSummaries(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route + "/latest/summary", Latest).RequireStack(Permission.StackRead);
        routes.MapGet($"{Route}/{{{UpdateRoutes.Parameter}}}/summary", One).RequireStack(Permission.StackRead);
    }

    private static async Task<ConsoleUpdateSummary> Latest(
        HttpContext http,
        UpdateStore updates,
        UpdateReports reports,
        CancellationToken ct
    )
    {
        var stack = http.Stack();
        return stack.LatestUpdateId is { } id && await updates.Find(id, ct) is { } update
            ? await Summary(stack, update, reports, ct)
            : throw ApiException.NotFound($"Stack '{stack.FullName}' has never been updated");
    }

    private static async Task<ConsoleUpdateSummary> One(
        HttpContext http,
        UpdateStore updates,
        UpdateReports reports,
        CancellationToken ct
    ) => await Summary(http.Stack(), await http.FindUpdate(updates, ct), reports, ct);

    private static async Task<ConsoleUpdateSummary> Summary(Stack stack, Update update, UpdateReports reports, CancellationToken ct) =>
        new(SummaryText.Of(stack, update, await reports.Of(update, ct)));
}
