using Server.Auth;
using Wire;

namespace Server.Usage;

/// <summary>The stretches of time that hours are summed up to.</summary>
public enum Granularity
{
    Yearly,
    Monthly,
    Weekly,
    Daily,
    Hourly,
}

public static class Granularities
{
    private const long SecondsOfHour = 3600;

    /// <exception cref="ApiException">400: it is none of them.</exception>
    public static Granularity Parse(string text) =>
        Enum.GetValues<Granularity>().Where(g => NameOf(g) == text).Cast<Granularity?>().FirstOrDefault()
        ?? throw ApiException.BadRequest(
            $"'{text}' is not a granularity. Give one of {string.Join(", ", Enum.GetValues<Granularity>().Select(NameOf))}."
        );

    /// <summary>In the order of their time.</summary>
    public static List<ResourceCountSummary> Summarize(this IEnumerable<HourlyCount> hours, Granularity granularity) =>
        [.. hours.GroupBy(h => At(h.Hour, granularity), (at, counts) => Sum(at, [.. counts.Select(c => c.Resources)]))];

    private static string NameOf(Granularity granularity) => granularity.ToString().ToLowerInvariant();

    private static ResourceCountSummary Sum(ResourceCountSummary at, List<long> counts) =>
        at with
        {
            Resources = (long)Math.Round(counts.Average(), MidpointRounding.AwayFromZero),
            ResourceHours = counts.Sum(),
        };

    private static ResourceCountSummary At(long hour, Granularity granularity)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(hour * SecondsOfHour);
        var at = new ResourceCountSummary
        {
            Year = time.Year,
            Resources = 0,
            ResourceHours = 0,
        };
        return granularity switch
        {
            Granularity.Yearly => at,
            Granularity.Weekly => at with { WeekNumber = (time.DayOfYear + 6 - (int)time.DayOfWeek) / 7 },
            Granularity.Monthly => at with { Month = time.Month },
            Granularity.Daily => at with { Month = time.Month, Day = time.Day },
            _ => at with { Month = time.Month, Day = time.Day, Hour = time.Hour },
        };
    }
}
