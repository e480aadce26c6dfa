using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Invocation;
using Cli.Org;
using Cli.Stack;

namespace Cli.RawApi;

internal static class ApiListCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var output = JsonOutput.NewOption();
        var preview = new Option<bool>("--include-preview")
        {
            Description = "Also endpoints that may still change",
            DefaultValueFactory = _ => true,
        };
        var deprecated = new Option<bool>("--include-deprecated") { Description = "Also endpoints that are on their way out" };
        var command = new PulumiCommand("list", "List endpoints") { Explanation = "List the endpoints that the cloud says it has." };
        command.Aliases.Add("ls");
        foreach (var option in new Option[] { output, preview, deprecated, ApiOptions.Refresh() })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await Workplace.Open(session, ct);
                var (cloud, _) = OrgOptions.Of(work.Backend, null);
                var operations = (await ApiSpec.Ask(cloud.Connection, ct))
                    .Operations.Where(operation => parse.GetValue(preview) || !operation.IsPreview)
                    .Where(operation => parse.GetValue(deprecated) || !operation.IsDeprecated)
                    .ToList();
                await session.Out.WriteAsync(parse.GetValue(output) == "json" ? Json(operations) : Text(operations));
                return 0;
            }
        );
    }

    private static string Json(List<ApiOperation> operations) =>
        PropertyValues.Json(
            new JsonObject
            {
                ["endpoints"] = new JsonArray([
                    .. operations.Select(operation => new JsonObject
                    {
                        ["method"] = operation.Method,
                        ["path"] = operation.Path,
                        ["operationId"] = operation.Id,
                        ["summary"] = operation.Summary,
                        ["preview"] = operation.IsPreview,
                        ["deprecated"] = operation.IsDeprecated,
                    }),
                ]),
                ["count"] = operations.Count,
            }
        );

    /// <summary>A cloud that gives its endpoints no names has no column for them.</summary>
    private static string Text(List<ApiOperation> operations)
    {
        var named = operations.Exists(operation => operation.Id.Length > 0);
        var table = named ? new Table("METHOD", "PATH", "OPERATION", "SUMMARY") : new Table("METHOD", "PATH", "SUMMARY");
        foreach (var operation in operations)
        {
            string[] cells = [operation.Method, operation.Path, .. named ? [operation.Id] : Array.Empty<string>(), operation.Summary];
            table.Add(cells);
        }
        return table.Text();
    }
}
