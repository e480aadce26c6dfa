using System.CommandLine;
using System.Globalization;

namespace Cli.Org.AuditLog;

/// <summary>Which events are asked for.</summary>
internal sealed record AuditFilterOptions(Option<string?> EventType, Option<string?> User, Option<string?> StartTime)
{
    public static AuditFilterOptions New() =>
        new(
            new("--event-type") { Description = "Only events of this kind, for instance stack-created" },
            new("--user") { Description = "Only what this user did" },
            new("--start-time") { Description = "Only events up to this time: seconds since 1970, or 2026-01-31 or 2026-01-31T12:00:00Z" }
        );

    public string Query(ParseResult parse)
    {
        (string Name, string? Value)[] members =
        [
            ("eventType", parse.GetValue(EventType)),
            ("user", parse.GetValue(User)),
            ("startTime", Seconds(parse.GetValue(StartTime))),
        ];
        return string.Join(
            '&',
            members
                .Where(member => !string.IsNullOrEmpty(member.Value))
                .Select(member => $"{member.Name}={Uri.EscapeDataString(member.Value!)}")
        );
    }

    private static string? Seconds(string? text) =>
        string.IsNullOrEmpty(text) || text.All(char.IsAsciiDigit) ? text
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
        : throw new UserErrorException($"--start-time: '{text}' is not a time; write one as 2026-01-31T12:00:00Z");
}
