using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Invocation;

namespace Cli.Env.Version;

/// <summary>Names of revisions.</summary>
internal static class EnvVersionTagCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var command = EnvironmentParts.Command(
            machine,
            "tag",
            "Show or set a version tag",
            EnvCommand.OneEnvironment + "@<tag> [@<version>]",
            (0, 1),
            async (work, environment, rest, _, ct) =>
            {
                var tag = environment.Version ?? throw new UserErrorException("name the tag, as in project/name@stable");
                if (rest.Length == 0)
                {
                    var found = await work.Client.Ask(HttpMethod.Get, PathOf(environment, tag), null, ct);
                    await work.Session.Out.WriteLineAsync(
                        $"{found["name"]?.GetValue<string>()}: revision {found["revision"]?.ToJsonString()}"
                    );
                    return 0;
                }
                await Set(work, environment, tag, rest[0].TrimStart('@'), ct);
                return 0;
            },
            EnvVersionCommand.Utc()
        );
        command.Add(List(machine));
        command.Add(Remove(machine));
        return command;
    }

    private static async Task Set(EnvironmentWork work, EnvironmentName environment, string tag, string version, CancellationToken ct)
    {
        var number = await EnvVersionCommand.Number(work, environment with { Version = version }, ct);
        if ((await All(work, environment, ct)).Any(t => t["name"]?.GetValue<string>() == tag))
        {
            await work.Client.Send(HttpMethod.Patch, PathOf(environment, tag), new JsonObject { ["revision"] = number }, ct);
        }
        else
        {
            var request = new JsonObject { ["name"] = tag, ["revision"] = number };
            await work.Client.Send(HttpMethod.Post, environment.Path + "/versions/tags", request, ct);
        }
    }

    private static PulumiCommand List(Machine machine)
    {
        var command = EnvironmentParts.Command(
            machine,
            "list",
            "List version tags",
            EnvCommand.OneEnvironment,
            (0, 0),
            async (work, environment, _, _, ct) =>
            {
                var table = new Table("NAME", "REVISION");
                foreach (var tag in await All(work, environment, ct))
                {
                    table.Add(tag["name"]?.GetValue<string>() ?? "", tag["revision"]?.ToJsonString() ?? "");
                }
                await work.Session.Out.WriteAsync(table.Text());
                return 0;
            },
            new Option<string?>("--pager") { Description = "Has no effect: the output is not paged" },
            EnvVersionCommand.Utc()
        );
        command.Aliases.Add("ls");
        return command;
    }

    private static PulumiCommand Remove(Machine machine)
    {
        var command = EnvironmentParts.Command(
            machine,
            "remove",
            "Delete a version tag",
            EnvCommand.OneEnvironment + "@<tag>",
            (0, 0),
            async (work, environment, _, _, ct) =>
            {
                var tag = environment.Version ?? throw new UserErrorException("name the tag, as in project/name@stable");
                await work.Client.Send(HttpMethod.Delete, PathOf(environment, tag), null, ct);
                return 0;
            }
        );
        command.Aliases.Add("rm");
        command.Aliases.Add("delete");
        return command;
    }

    private static async Task<List<JsonObject>> All(EnvironmentWork work, EnvironmentName environment, CancellationToken ct)
    {
        var answer = await work.Client.Ask(HttpMethod.Get, environment.Path + "/versions/tags?after=&count=", null, ct);
        return [.. (answer["tags"] as JsonArray ?? []).OfType<JsonObject>()];
    }

    private static string PathOf(EnvironmentName environment, string tag) =>
        $"{environment.Path}/versions/tags/{Uri.EscapeDataString(tag)}";
}
