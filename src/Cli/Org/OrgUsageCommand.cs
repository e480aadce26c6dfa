using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Display;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Org;

/// <summary>How many resources an organization has had over time.</summary>
internal static class OrgUsageCommand
{
    /// <summary>Titles, and the members that they show; those that no row has are left out.</summary>
    private static readonly (string Title, string Member)[] Columns =
    [
        ("YEAR", "year"),
        ("MONTH", "month"),
        ("DAY", "day"),
        ("WEEK", "weekNumber"),
        ("HOUR", "hour"),
        ("RESOURCES", "resources"),
        ("RESOURCE HOURS", "resourceHours"),
    ];

    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("usage", "Resource usage")
        {
            Explanation = "Resource usage: how many resources an organization has had over time.",
        };
        command.Add(Get(machine));
        return command;
    }

    private static PulumiCommand Get(Machine machine)
    {
        var organization = OrgOptions.Organization();
        var granularity = new Option<string>("--granularity")
        {
            Description = "The stretches of time to sum up: hourly, daily, weekly, monthly or yearly",
            DefaultValueFactory = _ => "daily",
        };
        granularity.CompletionSources.Add("hourly", "daily", "weekly", "monthly", "yearly");
        var days = new Option<int>("--lookback-days") { Description = "The number of days to look back", DefaultValueFactory = _ => 30 };
        var start = new Option<long>("--lookback-start") { Description = "The time to look back to, in seconds since 1970, instead" };
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("get", "Resources under management over time")
        {
            Explanation =
                "Resources under management over time.\n\nHours are those of UTC; hourly figures reach two days back, others a year.",
        };
        foreach (var option in new Option[] { organization, granularity, days, start, output })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                var from = parse.GetValue(start);
                var lookback = from != 0 ? $"lookbackStart={from}" : $"lookbackDays={parse.GetValue(days)}";
                var query = $"granularity={Uri.EscapeDataString(parse.GetValue(granularity)!)}&{lookback}";
                return Run(session, parse.GetValue(organization), query, parse.GetValue(output) == "json", ct);
            }
        );
    }

    internal static async Task<int> Run(Session session, string? organization, string query, bool json, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var (cloud, name) = OrgOptions.Of(work.Backend, organization);
        var answer = await cloud.Connection.Ask(CloudCall.Get($"/api/orgs/{Uri.EscapeDataString(name)}/resources/summary?{query}"), ct);
        var rows = answer["summary"] as JsonArray ?? [];
        await session.Out.WriteAsync(json ? PropertyValues.Json(answer) : Text(rows));
        return 0;
    }

    private static string Text(JsonArray rows)
    {
        if (rows.Count == 0)
        {
            return "No usage found\n";
        }
        var shown = Columns.Where(column => rows.Any(row => row?[column.Member] is not null)).ToList();
        var table = new Table([.. shown.Select(column => column.Title)]);
        foreach (var row in rows)
        {
            table.Add([.. shown.Select(column => Cell(row, column.Member))]);
        }
        return table.Text();
    }

    private static string Cell(JsonNode? row, string member) =>
        row?[member] is JsonValue value && value.TryGetValue<long>(out var number) ? number.ToString(CultureInfo.InvariantCulture) : "";
}
