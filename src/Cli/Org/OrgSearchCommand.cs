using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Display;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Org;

/// <summary>Finds resources of all stacks of an organization, in Pulumi's search language.</summary>
internal static class OrgSearchCommand
{
    private const string Table = "default";

    /// <summary>Columns of the table, and the members they show.</summary>
    private static readonly (string Title, string Member)[] Columns =
    [
        ("PROJECT", "project"),
        ("STACK", "stack"),
        ("NAME", "name"),
        ("TYPE", "type"),
        ("PACKAGE", "package"),
        ("MODULE", "module"),
        ("MODIFIED", "modified"),
    ];

    public static PulumiCommand Create(Machine machine)
    {
        var organization = OrgOptions.Organization();
        var query = new Option<string[]>("--query", "-q") { Description = "What to search for; several are all to hold" };
        var delimiter = new Option<string>("--delimiter")
        {
            Description = "What separates the values of csv",
            DefaultValueFactory = _ => ",",
        };
        var web = new Option<bool>("--web") { Description = "Show the results in the console, too" };
        var output = new Option<string>("--output")
        {
            Description = "The format of the output: default, json, yaml or csv",
            DefaultValueFactory = _ => Table,
            CompletionSources = { Table, "json", "yaml", "csv" },
        };
        var command = new PulumiCommand("search", "Search for resources in Pulumi Cloud")
        {
            Explanation = "Search for resources of all stacks of an organization, in the search language of Pulumi Cloud.",
        };
        foreach (var option in new Option[] { organization, query, delimiter, web, output })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
                Run(
                    session,
                    parse.GetValue(organization),
                    string.Join(' ', parse.GetValue(query) ?? []),
                    new(parse.GetValue(output)!, parse.GetValue(delimiter)!),
                    parse.GetValue(web),
                    ct
                )
        );
    }

    internal static async Task<int> Run(Session session, string? organization, string query, Format format, bool web, CancellationToken ct)
    {
        if (format.Delimiter.Length != 1 || format.Delimiter is "\"" or "\n" or "\r")
        {
            throw new UserErrorException("--delimiter is one character, and neither a quote nor a line break");
        }
        await using var work = await Workplace.Open(session, ct);
        var (cloud, name) = OrgOptions.Of(work.Backend, organization);
        var path = $"/api/orgs/{Uri.EscapeDataString(name)}/search/resources?query={Uri.EscapeDataString(query)}";
        var found = await cloud.Connection.Ask(CloudCall.Get(path), ct);
        var rows = found["resources"] as JsonArray ?? [];
        await session.Out.WriteAsync(
            format.Name switch
            {
                "json" => PropertyValues.Json(rows),
                "yaml" => Yaml(rows),
                "csv" => Csv(rows, format.Delimiter[0]),
                _ => Text(rows, (found["total"] as JsonValue)?.ToString() ?? "0"),
            }
        );
        if (cloud.Connection.Console is { } console)
        {
            await Show(session, $"{console}/{name}/resources?query={Uri.EscapeDataString(query)}", format.Name == Table, web, ct);
        }
        return 0;
    }

    private static async Task Show(Session session, string page, bool say, bool open, CancellationToken ct)
    {
        if (say)
        {
            await session.Out.WriteLineAsync($"Results are also visible at: {page}");
        }
        if (open && !await session.Machine.OpenBrowser(new Uri(page), ct))
        {
            throw new UserErrorException($"no browser could be opened; visit {page}");
        }
    }

    private static string Text(JsonArray rows, string total)
    {
        var table = new Display.Table([.. Columns.Select(column => column.Title)]);
        foreach (var row in rows)
        {
            table.Add([.. Columns.Select(column => Cell(row, column.Member))]);
        }
        var shown = string.Create(CultureInfo.InvariantCulture, $"Displaying {rows.Count} of {total} total results.\n");
        return rows.Count == 0 ? "No resources found\n" : table.Text() + shown;
    }

    private static string Csv(JsonArray rows, char delimiter)
    {
        var text = new StringBuilder();
        Line([.. Columns.Select(column => column.Member)]);
        foreach (var row in rows)
        {
            Line([.. Columns.Select(column => Cell(row, column.Member))]);
        }
        return text.ToString();

        void Line(string[] cells) => text.AppendJoin(delimiter, cells.Select(cell => Quote(cell, delimiter))).Append('\n');
    }

    /// <summary>RFC 4180.</summary>
    private static string Quote(string cell, char delimiter) =>
        cell.AsSpan().IndexOfAny(['"', '\n', '\r', delimiter]) < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>JSON strings are YAML strings.</summary>
    private static string Yaml(JsonArray rows)
    {
        var text = new StringBuilder(rows.Count == 0 ? "[]\n" : "");
        foreach (var row in rows.OfType<JsonObject>())
        {
            var start = "- ";
            foreach (var (member, value) in row)
            {
                text.Append(start).Append(member).Append(": ").Append(value?.ToJsonString() ?? "null").Append('\n');
                start = "  ";
            }
        }
        return text.ToString();
    }

    private static string Cell(JsonNode? row, string member) => (row?[member] as JsonValue)?.ToString() ?? "";

    internal readonly record struct Format(string Name, string Delimiter);
}
