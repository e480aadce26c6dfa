using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Backends.Cloud;
using Cli.Display;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Project;

internal static class ProjectListCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var organization = new Option<string?>("--organization", "-o") { Description = "The organization whose projects to list" };
        var output = JsonOutput.Options();
        var command = new PulumiCommand("list", "List your Pulumi projects")
        {
            Explanation = "List your Pulumi projects.\n\nA project exists as long as it has a stack.",
        };
        command.Aliases.Add("ls");
        command.Add(organization);
        output.AddTo(command);
        return command.Runs(
            machine,
            (session, parse, ct) =>
                Run(session, parse.GetValue(organization) is { Length: > 0 } name ? name : null, output.Wanted(parse), ct)
        );
    }

    internal static async Task<int> Run(Session session, string? organization, bool json, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var owner = organization ?? (work.Backend as CloudBackend)?.DefaultOrganization;
        var projects = (await work.Backend.List(new(owner, null, null, null), ct))
            .GroupBy(summary => summary.Stack.Project, StringComparer.Ordinal)
            .OrderBy(project => project.Key, StringComparer.Ordinal)
            .ToList();
        await session.Out.WriteAsync(json ? Json(projects) : Text(projects));
        return 0;
    }

    private static string Text(List<IGrouping<string, StackSummary>> projects)
    {
        if (projects.Count == 0)
        {
            return "No projects found\n";
        }
        var table = new Table("NAME", "STACKS");
        foreach (var project in projects)
        {
            table.Add(project.Key, project.Count().ToString(CultureInfo.InvariantCulture));
        }
        return table.Text();
    }

    private static string Json(IEnumerable<IGrouping<string, StackSummary>> projects) =>
        PropertyValues.Json(
            new JsonArray([.. projects.Select(project => new JsonObject { ["name"] = project.Key, ["stackCount"] = project.Count() })])
        );
}
