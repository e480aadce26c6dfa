using System.Globalization;
using Server.Auth;
using Server.Stacks;
using Server.Updates.History;
using Wire;

namespace Server.Activity;

/// <summary>GET /api/stacks/{org}/{project}/{stack}/activity</summary>
public static class ActivityEndpoints
{
    private const int DefaultPage = 10;
    private const int LargestPage = 1000;

    public static void AddActivity(this IServiceCollection services) => services.AddSingleton<ActivityStore>();

    public static void MapActivity(this IEndpointRouteBuilder routes) =>
        routes.MapGet(StackAccess.Route + "/activity", List).RequireStack(Permission.StackRead);

    /// <summary>The first page is 1; 0 and none are everything.</summary>
    private static async Task<StackActivity> List(HttpContext http, ActivityStore activity, CancellationToken ct)
    {
        var (page, asked) = (Number(http, "page"), Number(http, "pageSize"));
        var size = asked == 0 ? DefaultPage : Math.Min(asked, LargestPage);
        var (total, updates) =
            page == 0
                ? await activity.Updates(http.Stack().Id, 0, int.MaxValue, ct)
                : await activity.Updates(http.Stack().Id, (page - 1L) * size, size, ct);
        var latest = http.Stack().Version;
        return new([.. updates.Select(u => new ActivityEntry(u.Info(latest)))], size, total);
    }

    private static int Number(HttpContext http, string name) =>
        http.Request.Query[name].ToString() is not { Length: > 0 } text ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw ApiException.BadRequest($"'{text}' is not a valid {name}, which is a whole number.");
}
