using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Invocation;
using Cli.Org;
using Cli.Stack;

namespace Cli.RawApi;

internal static class ApiDescribeCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var target = new Argument<string>("path-or-operation-id");
        var method = new Option<string>("--method", "-X") { Description = "The HTTP method, for a path", DefaultValueFactory = _ => "GET" };
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("describe", "Describe an endpoint")
        {
            Explanation = "Show what an endpoint takes and answers with, as the cloud describes it.",
            ArgumentNames = "<path-or-operation-id>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Add(target);
        foreach (var option in new Option[] { method, output, ApiOptions.Refresh() })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await Workplace.Open(session, ct);
                var (cloud, _) = OrgOptions.Of(work.Backend, null);
                var spec = await ApiSpec.Ask(cloud.Connection, ct);
                var operation = Find(spec, parse.GetValue(target)!, parse.GetValue(method)!.ToUpperInvariant());
                await session.Out.WriteAsync(parse.GetValue(output) == "json" ? Json(spec, operation) : Text(spec, operation));
                return 0;
            }
        );
    }

    private static ApiOperation Find(ApiSpec spec, string target, string method)
    {
        if (!target.Contains('/', StringComparison.Ordinal))
        {
            return spec.Operation(target)
                ?? throw new UserErrorException($"there is no operation '{target}'; `pulumi api list` shows which there are");
        }
        var path = target.StartsWith('/') ? target : "/" + target;
        if (spec.Operation(method, path) is { } found)
        {
            return found;
        }
        var others = spec.Operations.Select(o => o.Method).Distinct().Where(m => spec.Operation(m, path) is not null).ToList();
        throw new UserErrorException(
            others.Count > 0
                ? $"{path} takes no {method}; name one of {string.Join(", ", others)} with --method"
                : $"there is no endpoint {path}; `pulumi api list` shows which there are"
        );
    }

    private static string Json(ApiSpec spec, ApiOperation operation)
    {
        var description = spec.Resolved(operation.Description)!.AsObject();
        description.Insert(0, "method", operation.Method);
        description.Insert(1, "path", operation.Path);
        return PropertyValues.Json(description);
    }

    private static string Text(ApiSpec spec, ApiOperation operation)
    {
        var text = new StringBuilder($"{operation.Method} {operation.Path}\n");
        foreach (var member in new[] { "operationId", "summary", "description" })
        {
            if (operation.Text(member) is { Length: > 0 } value)
            {
                text.Append(value).Append('\n');
            }
        }
        if (operation.IsDeprecated || operation.IsPreview)
        {
            text.Append(operation.IsDeprecated ? "Deprecated\n" : "Preview: may still change\n");
        }
        if (operation.Description["parameters"] is JsonArray { Count: > 0 } parameters)
        {
            text.Append("\nParameters:\n");
            var table = new Table("NAME", "IN", "TYPE", "REQUIRED");
            foreach (var parameter in parameters.Select(parameter => spec.Resolved(parameter)))
            {
                table.Add(
                    $"{parameter?["name"]}",
                    $"{parameter?["in"]}",
                    $"{parameter?["schema"]?["type"]}",
                    parameter?["required"]?.ToString() == "true" ? "yes" : "no"
                );
            }
            text.Append(table.Text(indent: 2));
        }
        if (Schema(operation.Description["requestBody"]) is { } body)
        {
            text.Append("\nBody:\n").Append(PropertyValues.Json(spec.Resolved(body)));
        }
        if ((operation.Description["responses"] as JsonObject)?["200"] is { } answer && Schema(answer) is { } schema)
        {
            text.Append("\nAnswer:\n").Append(PropertyValues.Json(spec.Resolved(schema)));
        }
        return text.ToString();
    }

    private static JsonNode? Schema(JsonNode? content) => content?["content"]?["application/json"]?["schema"];
}
