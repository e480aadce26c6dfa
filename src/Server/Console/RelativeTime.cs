namespace Server.Console;

/// <summary>A distance in time as people say it.</summary>
public static class RelativeTime
{
    /// <param name="distance">From now on; negative is in the past.</param>
    public static string Of(TimeSpan distance) => distance <= TimeSpan.Zero ? Words(-distance) + " ago" : "in " + Words(Nearest(distance));

    /// <summary>What lies behind has fully passed; what lies ahead is rounded, or a token of 30 days would have 29 a moment later.</summary>
    private static TimeSpan Nearest(TimeSpan ahead) =>
        ahead.TotalMinutes < 59.5 ? TimeSpan.FromMinutes(Math.Round(ahead.TotalMinutes))
        : ahead.TotalHours < 23.5 ? TimeSpan.FromHours(Math.Round(ahead.TotalHours))
        : TimeSpan.FromDays(Math.Round(ahead.TotalDays));

    private static string Words(TimeSpan span) =>
        span.TotalMinutes < 1 ? "moments"
        : span.TotalHours < 1 ? Count((int)span.TotalMinutes, "minute")
        : span.TotalDays < 1 ? Count((int)span.TotalHours, "hour")
        : span.TotalDays < 60 ? Count((int)span.TotalDays, "day")
        : span.TotalDays < 730 ? Count((int)Math.Round(span.TotalDays / 30.4), "month")
        : Count((int)Math.Round(span.TotalDays / 365.2), "year");

    private static string Count(int n, string unit) => n == 1 ? $"1 {unit}" : $"{n} {unit}s";
}
