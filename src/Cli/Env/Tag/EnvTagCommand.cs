using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Invocation;

namespace Cli.Env.Tag;

/// <summary>Sets a tag, and has the commands on tags below it.</summary>
internal static class EnvTagCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var command = EnvironmentParts.Command(
            machine,
            "tag",
            "Set an environment's tag",
            EnvCommand.OneEnvironment + " <name> <value>",
            (2, 2),
            async (work, environment, rest, _, ct) =>
            {
                var tags = await All(work, environment, ct);
                var tag = tags.ContainsKey(rest[0])
                    ? await Change(work, environment, rest[0], new() { ["name"] = "", ["value"] = rest[1] }, ct)
                    : await work.Client.Ask(
                        HttpMethod.Post,
                        environment.Path + "/tags",
                        new JsonObject { ["name"] = rest[0], ["value"] = rest[1] },
                        ct
                    );
                await Print(work, [tag]);
                return 0;
            },
            Utc()
        );
        command.Add(Get(machine));
        command.Add(List(machine));
        command.Add(Remove(machine));
        command.Add(Move(machine));
        return command;
    }

    private static PulumiCommand Get(Machine machine) =>
        EnvironmentParts.Command(
            machine,
            "get",
            "Print a tag",
            EnvCommand.OneEnvironment + " <name>",
            (1, 1),
            async (work, environment, rest, _, ct) =>
            {
                await Print(work, [await work.Client.Ask(HttpMethod.Get, PathOf(environment, rest[0]), null, ct)]);
                return 0;
            },
            Utc()
        );

    private static PulumiCommand List(Machine machine)
    {
        var command = EnvironmentParts.Command(
            machine,
            "list",
            "List tags",
            EnvCommand.OneEnvironment,
            (0, 0),
            async (work, environment, _, _, ct) =>
            {
                await Print(work, (await All(work, environment, ct)).Values);
                return 0;
            },
            new Option<string?>("--pager") { Description = "Has no effect: the output is not paged" },
            Utc()
        );
        command.Aliases.Add("ls");
        return command;
    }

    private static PulumiCommand Remove(Machine machine)
    {
        var command = EnvironmentParts.Command(
            machine,
            "remove",
            "Delete a tag",
            EnvCommand.OneEnvironment + " <tag-name>",
            (1, 1),
            async (work, environment, rest, _, ct) =>
            {
                await work.Client.Send(HttpMethod.Delete, PathOf(environment, rest[0]), null, ct);
                await work.Session.Out.WriteLineAsync($"Successfully deleted environment tag: {rest[0]}");
                return 0;
            }
        );
        command.Aliases.Add("rm");
        command.Aliases.Add("delete");
        return command;
    }

    private static PulumiCommand Move(Machine machine)
    {
        var command = EnvironmentParts.Command(
            machine,
            "move",
            "Rename a tag",
            EnvCommand.OneEnvironment + " <name> <new-name>",
            (2, 2),
            async (work, environment, rest, _, ct) =>
            {
                await Print(work, [await Change(work, environment, rest[0], new() { ["name"] = rest[1], ["value"] = "" }, ct)]);
                return 0;
            },
            Utc()
        );
        command.Aliases.Add("mv");
        return command;
    }

    private static Option<bool> Utc() => new("--utc") { Description = "Show times in UTC" };

    private static async Task<SortedDictionary<string, JsonObject>> All(
        EnvironmentWork work,
        EnvironmentName environment,
        CancellationToken ct
    )
    {
        var answer = await work.Client.Ask(HttpMethod.Get, environment.Path + "/tags?after=&count=", null, ct);
        var tags = (answer["tags"] as JsonObject ?? []).Select(t => t.Value).OfType<JsonObject>();
        return new(tags.ToDictionary(t => t["name"]!.GetValue<string>()), StringComparer.Ordinal);
    }

    private static Task<JsonObject> Change(
        EnvironmentWork work,
        EnvironmentName environment,
        string name,
        JsonObject change,
        CancellationToken ct
    )
    {
        var request = new JsonObject
        {
            ["currentTag"] = new JsonObject { ["name"] = "", ["value"] = "" },
            ["newTag"] = change,
        };
        return work.Client.Ask(HttpMethod.Patch, PathOf(environment, name), request, ct);
    }

    private static async Task Print(EnvironmentWork work, IEnumerable<JsonObject> tags)
    {
        var table = new Table("NAME", "VALUE", "LAST EDITED BY");
        foreach (var tag in tags)
        {
            table.Add(Text(tag, "name"), Text(tag, "value"), Text(tag, "editorName"));
        }
        await work.Session.Out.WriteAsync(table.Text());
    }

    private static string PathOf(EnvironmentName environment, string tag) => $"{environment.Path}/tags/{Uri.EscapeDataString(tag)}";

    private static string Text(JsonObject tag, string member) => tag[member]?.GetValue<string>() ?? "";
}
