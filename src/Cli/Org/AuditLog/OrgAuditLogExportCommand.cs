using System.CommandLine;
using System.Text;
using Cli.Api;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Org.AuditLog;

/// <summary>Writes the audit log to standard output, as other programs read it.</summary>
internal static class OrgAuditLogExportCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var organization = OrgOptions.Organization();
        var format = new Option<string>("--format") { Description = "csv or cef", DefaultValueFactory = _ => "csv" };
        format.CompletionSources.Add("csv", "cef");
        var filter = AuditFilterOptions.New();
        var count = new Option<int>("--count") { Description = "The number of events to write; 0 is all" };
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("export", "Write events as CSV or CEF")
        {
            Explanation = "Write events as CSV or CEF, newest first, to standard output.",
        };
        foreach (var option in new Option[] { organization, format, filter.EventType, filter.User, filter.StartTime, count, output })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
                Run(session, parse.GetValue(organization), parse.GetValue(format)!, filter.Query(parse), parse.GetValue(count), ct)
        );
    }

    internal static async Task<int> Run(Session session, string? organization, string format, string query, int count, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var (cloud, name) = OrgOptions.Of(work.Backend, organization);
        var path = $"/api/orgs/{Uri.EscapeDataString(name)}/auditlogs/export?format={Uri.EscapeDataString(format)}&{query}";
        var text = Encoding.UTF8.GetString(await cloud.Connection.Send(CloudCall.Get(path), ct));
        await session.Out.WriteAsync(count > 0 ? Beginning(text, format == "csv" ? count + 1 : count) : text);
        return 0;
    }

    /// <summary>A line is an event: the server lets no line break into one.</summary>
    private static string Beginning(string text, int lines)
    {
        var end = 0;
        for (var line = 0; line < lines && end < text.Length; line++)
        {
            end = text.IndexOf('\n', end) is var at and >= 0 ? at + 1 : text.Length;
        }
        return text[..end];
    }
}
