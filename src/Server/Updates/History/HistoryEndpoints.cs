using System.Globalization;
using Server.Auth;
using Server.Stacks;
using Wire;

namespace Server.Updates.History;

/// <summary>What has happened to a stack: its history as the CLI reads it, and as the console does.</summary>
public static class HistoryEndpoints
{
    private const int DefaultPage = 10;
    private const int LargestPage = 1000;

    public static void MapHistory(this IEndpointRouteBuilder routes)
    {
        Map("/updates", List);
        Map("/updates/latest", Latest);
        Map("/updates/{version}", AtVersion);
        Map("/updates/{version}/summary", Summary);
        Map("/updates/{version}/previews", Previews);
        Map("/updates/{version}/timeline", Timeline);
        Map($"/previews/{{{UpdateRoutes.Parameter}}}", Preview);
        Map($"/previews/{{{UpdateRoutes.Parameter}}}/summary", PreviewSummary);

        void Map(string below, Delegate handler) => routes.MapGet(StackAccess.Route + below, handler).RequireStack(Permission.StackRead);
    }

    private static async Task<IResult> List(HttpContext http, HistoryStore history, CancellationToken ct)
    {
        var (range, size) = Range(http.Request.Query, oldestFirst: false);
        var (total, updates) = await history.List(http.Stack().Id, dryRuns: false, range, ct);
        return http.Request.Query.ContainsKey("output-type")
            ? Results.Ok(new HistoryPage(size, total, [.. updates.Select(u => u.Info(http.Stack().Version))]))
            : Results.Ok(new HistoryResponse([.. updates.Select(u => u.Entry())]));
    }

    private static async Task<UpdateInfo> Latest(HttpContext http, HistoryStore history, CancellationToken ct) =>
        (await Find(http, "latest", history, ct)).Info(http.Stack().Version);

    private static async Task<UpdateInfo> AtVersion(HttpContext http, string version, HistoryStore history, CancellationToken ct) =>
        (await Find(http, version, history, ct)).Info(http.Stack().Version);

    private static async Task<UpdateSummary> Summary(HttpContext http, string version, HistoryStore history, CancellationToken ct) =>
        (await Find(http, version, history, ct)).Summary();

    private static async Task<HistoryPage> Previews(HttpContext http, string version, HistoryStore history, CancellationToken ct)
    {
        var query = http.Request.Query;
        var (range, size) = Range(query, oldestFirst: query["asc"] != "false");
        var of = version == "latest" ? (long?)null : Version(version);
        var (total, previews) = await history.List(http.Stack().Id, dryRuns: true, range, ct);
        return new(size, total, [.. previews.Where(p => of is null || p.Version == of).Select(p => p.Info(http.Stack().Version))]);
    }

    private static async Task<UpdateTimeline> Timeline(HttpContext http, string version, HistoryStore history, CancellationToken ct)
    {
        var update = await Find(http, version, history, ct);
        var (_, previews) = await history.List(http.Stack().Id, dryRuns: true, new(0, LargestPage, OldestFirst: false), ct);
        var latest = http.Stack().Version;
        return new(update.Info(latest), [], [.. previews.Where(p => p.Version == update.Version - 1).Select(p => p.Info(latest))]);
    }

    private static async Task<UpdateInfo> Preview(HttpContext http, HistoryStore history, CancellationToken ct) =>
        (await FindPreview(http, history, ct)).Info(http.Stack().Version);

    private static async Task<UpdateSummary> PreviewSummary(HttpContext http, HistoryStore history, CancellationToken ct) =>
        (await FindPreview(http, history, ct)).Summary();

    private static async Task<PastUpdate> Find(HttpContext http, string version, HistoryStore history, CancellationToken ct)
    {
        var stack = http.Stack();
        return (version == "latest" ? await history.Latest(stack.Id, ct) : await history.AtVersion(stack.Id, Version(version), ct))
            ?? throw ApiException.NotFound(
                stack.LatestUpdateId is null
                    ? $"Stack '{stack.FullName}' has never been updated"
                    : $"Stack '{stack.FullName}' has no version {version}"
            );
    }

    private static async Task<PastUpdate> FindPreview(HttpContext http, HistoryStore history, CancellationToken ct) =>
        await history.Preview(http.Stack().Id, http.UpdateId(), ct)
        ?? throw ApiException.NotFound($"Preview '{http.UpdateId()}' not found");

    private static long Version(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw ApiException.NotFound($"'{text}' is not a version, which is a number from 1");

    /// <summary>The first page is 1; 0 and none are everything.</summary>
    private static (HistoryRange Range, int Size) Range(IQueryCollection query, bool oldestFirst)
    {
        var (page, size) = (Number(query, "page"), Number(query, "pageSize"));
        if (page is null or 0 && (page == 0 || size is null or 0))
        {
            return (new(0, int.MaxValue, oldestFirst), DefaultPage);
        }
        var count = size is null or 0 ? DefaultPage : Math.Min(size.Value, LargestPage);
        return (new(((page ?? 1) - 1L) * count, count, oldestFirst), count);
    }

    private static int? Number(IQueryCollection query, string name) =>
        query[name].ToString() is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw ApiException.BadRequest($"'{text}' is not a valid {name}, which is a whole number.");
}
