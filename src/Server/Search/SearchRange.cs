using System.Globalization;

namespace Server.Search;

/// <summary>Ranges of times and versions. A day, a month or a year stands for all of it.</summary>
public static class SearchRange
{
    private static readonly string[] Years = ["yyyy"];
    private static readonly string[] Months = ["yyyy-MM"];
    private static readonly string[] Days = ["yyyy-MM-dd"];

    /// <param name="text"><c>2026-01-01</c>, with <c>&gt;=</c>, <c>&gt;</c>, <c>&lt;=</c> or <c>&lt;</c> in front or not.</param>
    public static SearchTerm.Range Of(string name, string text)
    {
        var length =
            text.StartsWith(">=", StringComparison.Ordinal) || text.StartsWith("<=", StringComparison.Ordinal) ? 2
            : text[0] is '>' or '<' ? 1
            : 0;
        var (from, below) = Span(name, text[length..]);
        return text[..length] switch
        {
            ">=" => new(name, from, null),
            ">" => new(name, below, null),
            "<=" => new(name, null, below),
            "<" => new(name, null, from),
            _ => new(name, from, below),
        };
    }

    /// <param name="text"><c>a to b</c>, both included.</param>
    public static SearchTerm.Range Between(string name, string text) =>
        text.Split(" to ", StringSplitOptions.TrimEntries) is [var first, var last]
            ? new(name, Span(name, first).From, Span(name, last).Below)
            : throw SearchParser.Wrong($"A range is written {name}:[a to b].");

    private static (long From, long Below) Span(string name, string text)
    {
        if (name == "version")
        {
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version < long.MaxValue
                ? (version, version + 1)
                : throw SearchParser.Wrong($"'{text}' is not a version, which is a whole number.");
        }
        return Exact(text, Years) is { } year ? (Ms(year), Ms(year.AddYears(1)))
            : Exact(text, Months) is { } month ? (Ms(month), Ms(month.AddMonths(1)))
            : Exact(text, Days) is { } day ? (Ms(day), Ms(day.AddDays(1)))
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? (Ms(time), Ms(time) + 1000)
            : throw SearchParser.Wrong($"'{text}' is not a time, which is written 2026-01-31 or 2026-01-31T08:00:00Z.");
    }

    private static DateTimeOffset? Exact(string text, string[] formats) =>
        DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        && time.Year < 9999
            ? time
            : null;

    private static long Ms(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}
