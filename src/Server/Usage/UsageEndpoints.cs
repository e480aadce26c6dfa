using System.Globalization;
using Server.Auth;
using Server.Organizations;
using Wire;

namespace Server.Usage;

/// <summary>GET /api/orgs/{org}/resources/summary</summary>
public static class UsageEndpoints
{
    private const long MostDays = 366;
    private const long MostDaysHourly = 2;
    private const long SecondsOfHour = 3600;

    public static void AddUsage(this IServiceCollection services)
    {
        services.AddSingleton<UsageStore>();
        services.AddHostedService<UsageRecorder>();
    }

    public static void MapUsage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/orgs/{orgName}/resources/summary", Summary).RequireMember(Permission.OrganizationReadUsage);

    private static async Task<ResourceCountSummaryResponse> Summary(
        HttpContext http,
        UsageStore usage,
        CancellationToken ct,
        string granularity = "",
        string lookbackDays = "",
        string lookbackStart = ""
    )
    {
        var by = Granularities.Parse(granularity);
        var from = FromHour(usage.ThisHour, lookbackDays, lookbackStart);
        var most = (by == Granularity.Hourly ? MostDaysHourly : MostDays) * 24;
        if (from > usage.ThisHour || from < usage.ThisHour - most)
        {
            throw ApiException.BadRequest($"Look back 1 to {most / 24} days: from a time in the past, with granularity '{granularity}'.");
        }
        return new((await usage.Hours([http.Organization().Id], from, ct)).Summarize(by));
    }

    private static long FromHour(long now, string days, string start) =>
        (Number(days), Number(start)) switch
        {
            ({ } count and > 0, null) when start.Length == 0 => now - Math.Min(count, MostDays + 1) * 24,
            (null, { } seconds and > 0) when days.Length == 0 => seconds / SecondsOfHour,
            _ => throw ApiException.BadRequest(
                "Give either lookbackDays, a number of days from 1, or lookbackStart, a time in seconds since 1970."
            ),
        };

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
