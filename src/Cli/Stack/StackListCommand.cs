using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Display;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Stack;

internal static class StackListCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var all = new Option<bool>("--all", "-a") { Description = "List all stacks instead of those of the current project" };
        var organization = new Option<string?>("--organization", "-o") { Description = "Only stacks of this organization" };
        var project = new Option<string?>("--project", "-p") { Description = "Only stacks of this project" };
        var tag = new Option<string?>("--tag", "-t") { Description = "Only stacks with this tag: name or name=value" };
        var output = JsonOutput.Options();
        var command = new PulumiCommand("list", "List stacks")
        {
            Explanation =
                "List stacks.\n\nWithout flags these are the stacks of the project in the working directory; "
                + "`--all` lists every stack that you may see.",
        };
        command.Aliases.Add("ls");
        foreach (var option in new Option[] { all, organization, project, tag })
        {
            command.Add(option);
        }
        output.AddTo(command);
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                var (name, value) = Split(parse.GetValue(tag));
                var filter = new StackFilter(NotEmpty(parse.GetValue(organization)), NotEmpty(parse.GetValue(project)), name, value);
                return Run(session, filter, parse.GetValue(all), output.Wanted(parse), ct);
            }
        );
    }

    internal static async Task<int> Run(Session session, StackFilter filter, bool all, bool json, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        if (!all && filter.Project is null)
        {
            filter = filter with { Project = CurrentProject(work) };
        }
        var stacks = await work.Backend.List(filter, ct);
        var selected = work.Selected;
        await session.Out.WriteAsync(json ? Json(work, stacks, selected) : Text(work, stacks, selected));
        return 0;
    }

    private static string CurrentProject(Workplace work)
    {
        try
        {
            return work.RequireProject().Name;
        }
        catch (UserErrorException problem)
        {
            throw new UserErrorException("could not detect current project: " + problem.Message, problem.Exit);
        }
    }

    private static string Text(Workplace work, IReadOnlyList<StackSummary> stacks, StackName? selected)
    {
        var table = work.Backend.IsCloud
            ? new Table("NAME", "LAST UPDATE", "RESOURCE COUNT", "URL")
            : new Table("NAME", "LAST UPDATE", "RESOURCE COUNT");
        var now = work.Session.Machine.Clock.GetUtcNow();
        foreach (var summary in stacks)
        {
            var last =
                summary.InProgress == true ? "in progress"
                : summary.LastUpdate is { } time ? Times.Ago(time, now)
                : "n/a";
            var cells = new List<string>
            {
                work.Backend.Show(summary.Stack) + (summary.Stack == selected ? "*" : ""),
                last,
                summary.ResourceCount?.ToString(CultureInfo.InvariantCulture) ?? "n/a",
            };
            if (work.Backend.IsCloud)
            {
                cells.Add(summary.Url ?? "n/a");
            }
            table.Add([.. cells]);
        }
        return table.Text();
    }

    private static string Json(Workplace work, IReadOnlyList<StackSummary> stacks, StackName? selected)
    {
        var list = new JsonArray();
        foreach (var summary in stacks)
        {
            var entry = new JsonObject { ["name"] = work.Backend.Show(summary.Stack), ["current"] = summary.Stack == selected };
            if (summary.LastUpdate is { } time && summary.InProgress != true)
            {
                entry["lastUpdate"] = Times.Json(time);
            }
            if (summary.InProgress is { } running)
            {
                entry["updateInProgress"] = running;
            }
            if (summary.ResourceCount is { } count)
            {
                entry["resourceCount"] = count;
            }
            if (summary.Url is { } url)
            {
                entry["url"] = url;
            }
            list.Add((JsonNode)entry);
        }
        return GoJson.Write(list, indent: 2, escapeHtml: false) + "\n";
    }

    private static (string? Name, string? Value) Split(string? tag)
    {
        if (string.IsNullOrEmpty(tag))
        {
            return (null, null);
        }
        var parts = tag.Split('=', 2);
        return (parts[0], parts.Length == 2 ? parts[1] : null);
    }

    private static string? NotEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
