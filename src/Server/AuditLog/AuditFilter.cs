using System.Globalization;

namespace Server.AuditLog;

/// <summary>What the page of the audit log is narrowed to, as its address says it. Days are those of UTC; one that is none is left out.</summary>
public sealed record AuditFilter
{
    public string Login { get; init; } = "";
    public string Event { get; init; } = "";
    public string From { get; init; } = "";
    public string To { get; init; } = "";

    public bool Any => Rest.Length > 0;

    /// <summary>For the addresses of links, after other members.</summary>
    public string Rest =>
        string.Concat(
            new[] { ("user", Login), ("event", Event), ("from", From), ("to", To) }
                .Where(member => member.Item2.Length > 0)
                .Select(member => $"&{member.Item1}={Uri.EscapeDataString(member.Item2)}")
        );

    public static AuditFilter Of(IQueryCollection query) =>
        new()
        {
            Login = query["user"].ToString().Trim(),
            Event = query["event"].ToString(),
            From = Day(query["from"]) is null ? "" : query["from"].ToString(),
            To = Day(query["to"]) is null ? "" : query["to"].ToString(),
        };

    public AuditQuery Query(string organizationId) =>
        new(organizationId)
        {
            Login = Login.Length > 0 ? Login : null,
            Event = Event.Length > 0 ? Event : null,
            FromMs = Day(From)?.ToUnixTimeMilliseconds() ?? 0,
            UntilMs = Day(To)?.AddDays(1).ToUnixTimeMilliseconds() ?? long.MaxValue,
        };

    private static DateTimeOffset? Day(string? text) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day)
        && day.Year < 9999
            ? day
            : null;
}
