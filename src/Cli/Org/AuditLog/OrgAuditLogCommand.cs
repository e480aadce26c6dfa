using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Backends.Cloud;
using Cli.Display;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Org.AuditLog;

/// <summary>What happened in an organization, and who did it.</summary>
internal static class OrgAuditLogCommand
{
    /// <summary>Shown where no number is asked for.</summary>
    private const int Usual = 100;

    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("audit-log", "Audit log")
        {
            Explanation = "Audit log: what happened in an organization, and who did it. It is for administrators of the organization.",
        };
        command.Add(List(machine));
        command.Add(OrgAuditLogExportCommand.Create(machine));
        return command;
    }

    private static PulumiCommand List(Machine machine)
    {
        var organization = OrgOptions.Organization();
        var filter = AuditFilterOptions.New();
        var count = new Option<int>("--count") { Description = "The number of events to show", DefaultValueFactory = _ => Usual };
        var all = new Option<bool>("--all") { Description = "Show all events" };
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("list", "List events")
        {
            Explanation = "List events, newest first.",
            Alternatives =
            [
                [count],
                [all],
            ],
        };
        command.Aliases.Add("ls");
        foreach (var option in new Option[] { organization, filter.EventType, filter.User, filter.StartTime, count, all, output })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                if (parse.GetValue(all) && parse.GetResult(count) is { Implicit: false })
                {
                    throw new UserErrorException("only one of --count and --all may be given");
                }
                var most = parse.GetValue(all) ? int.MaxValue : parse.GetValue(count);
                return Run(session, parse.GetValue(organization), filter.Query(parse), most, parse.GetValue(output) == "json", ct);
            }
        );
    }

    internal static async Task<int> Run(Session session, string? organization, string query, int most, bool json, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var (cloud, name) = OrgOptions.Of(work.Backend, organization);
        var events = await Read(cloud.Connection, $"/api/orgs/{Uri.EscapeDataString(name)}/auditlogs", query, most, ct);
        await session.Out.WriteAsync(
            json ? PropertyValues.Json(new JsonObject { ["events"] = events, ["count"] = events.Count }) : Text(events)
        );
        return 0;
    }

    private static async Task<JsonArray> Read(CloudConnection cloud, string path, string query, int most, CancellationToken ct)
    {
        var events = new JsonArray();
        string? token = null;
        do
        {
            var next = token is null ? "" : "&continuationToken=" + Uri.EscapeDataString(token);
            var page = await cloud.Ask(CloudCall.Get($"{path}?{query}{next}"), ct);
            foreach (var happened in (page["auditLogEvents"] as JsonArray ?? []).Take(most - events.Count))
            {
                events.Add(happened?.DeepClone());
            }
            token = (page["continuationToken"] as JsonValue)?.ToString();
        } while (!string.IsNullOrEmpty(token) && events.Count < most);
        return events;
    }

    private static string Text(JsonArray events)
    {
        if (events.Count == 0)
        {
            return "No audit log events found\n";
        }
        var table = new Table("TIMESTAMP", "USER", "EVENT", "DESCRIPTION", "SOURCE IP");
        foreach (var happened in events)
        {
            table.Add(
                Time(happened?["timestamp"]),
                Cell(happened?["user"]?["githubLogin"]),
                Cell(happened?["event"]),
                Cell(happened?["description"]),
                Cell(happened?["sourceIP"])
            );
        }
        return table.Text();
    }

    private static string Time(JsonNode? seconds) =>
        seconds is JsonValue value && value.TryGetValue<long>(out var number)
            ? DateTimeOffset.FromUnixTimeSeconds(number).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : "";

    /// <summary>What people named themselves does not steer a terminal.</summary>
    private static string Cell(JsonNode? value) =>
        string.Concat(((value as JsonValue)?.ToString() ?? "").Select(c => char.IsControl(c) ? ' ' : c));
}
