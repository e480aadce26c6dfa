using System.Globalization;

namespace Cli.Display;

/// <summary>Times as the stock CLI prints them.</summary>
internal static class Times
{
    private const int LongestAbbreviation = 6;

    private static readonly (TimeSpan Below, string Text, double Unit)[] Magnitudes =
    [
        (TimeSpan.FromSeconds(1), "now", 1),
        (TimeSpan.FromSeconds(2), "1 second", 1),
        (TimeSpan.FromMinutes(1), "{0} seconds", 1),
        (TimeSpan.FromMinutes(2), "1 minute", 1),
        (TimeSpan.FromHours(1), "{0} minutes", 60),
        (TimeSpan.FromHours(2), "1 hour", 1),
        (TimeSpan.FromDays(1), "{0} hours", 3600),
        (TimeSpan.FromDays(2), "1 day", 1),
        (TimeSpan.FromDays(7), "{0} days", 86400),
        (TimeSpan.FromDays(14), "1 week", 1),
        (TimeSpan.FromDays(30), "{0} weeks", 7 * 86400),
        (TimeSpan.FromDays(60), "1 month", 1),
        (TimeSpan.FromDays(360), "{0} months", 30 * 86400),
        (TimeSpan.FromDays(540), "1 year", 1),
        (TimeSpan.FromDays(720), "2 years", 1),
        (TimeSpan.FromDays(37 * 360), "{0} years", 360 * 86400),
        (TimeSpan.MaxValue, "a long while", 1),
    ];

    public static string Ago(DateTimeOffset time, DateTimeOffset now)
    {
        var span = (now - time).Duration();
        var (_, text, unit) = Magnitudes.First(magnitude => span < magnitude.Below);
        var amount = string.Format(CultureInfo.InvariantCulture, text, (long)(span.TotalSeconds / unit));
        return amount == "now" ? amount
            : time <= now ? amount + " ago"
            : amount + " from now";
    }

    /// <summary>In JSON output.</summary>
    public static string Json(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>In the machine's time zone, with its offset and name.</summary>
    public static string Full(DateTimeOffset time, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone);
        var offset = local.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        return $"{local.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)} {offset} {Abbreviation(zone, time) ?? offset}";
    }

    /// <returns>Null where the system knows only long names.</returns>
    private static string? Abbreviation(TimeZoneInfo zone, DateTimeOffset time)
    {
        if (zone.StandardName == TimeZoneInfo.Utc.StandardName)
        {
            return "UTC";
        }
        var name = zone.IsDaylightSavingTime(time) ? zone.DaylightName : zone.StandardName;
        return name is { Length: > 0 and <= LongestAbbreviation } && !name.Contains(' ', StringComparison.Ordinal) ? name : null;
    }

    public static string Duration(TimeSpan span) =>
        span.TotalMinutes < 1 ? $"{span.Seconds}s"
        : span.TotalHours < 1 ? $"{span.Minutes}m{span.Seconds}s"
        : $"{(int)span.TotalHours}h{span.Minutes}m{span.Seconds}s";
}
