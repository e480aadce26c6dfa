using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Invocation;

namespace Cli.Webhook;

internal static class WebhookEditCommand
{
    private static readonly string[] StackParts = ["projectName", "stackName"];

    public static PulumiCommand Create(Machine machine, WebhookScope scope)
    {
        var options = new Options();
        var command = new PulumiCommand("edit", "Change one")
        {
            Explanation = $"Change a webhook of {scope.Owner}. What is not named stays as it is.",
            ArgumentNames = "<id>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Aliases.Add("update");
        command.Aliases.Add("modify");
        foreach (var option in options.All)
        {
            command.Add(option);
        }
        return WebhookCommand.On(
            machine,
            scope,
            command,
            async (session, parse, cloud, path, ct) =>
            {
                var before = await cloud.Ask(CloudCall.Get(path), ct);
                var after = await cloud.Ask(CloudCall.Patch(path, Body(parse, options, before)), ct);
                await session.Out.WriteAsync(WebhookCommand.Show(after, parse.GetValue(options.Output) == "json"));
                return 0;
            }
        );
    }

    /// <summary>The whole webhook, since a cloud may take what is absent for empty.</summary>
    private static JsonObject Body(ParseResult parse, Options options, JsonObject before)
    {
        var body = new JsonObject
        {
            ["organizationName"] = before["organizationName"]?.DeepClone(),
            ["name"] = before["name"]?.DeepClone(),
            ["displayName"] = parse.GetValue(options.DisplayName) ?? WebhookCommand.Text(before, "displayName"),
            ["payloadUrl"] = parse.GetValue(options.Url) ?? WebhookCommand.Text(before, "payloadUrl"),
            ["format"] = parse.GetValue(options.Format) ?? WebhookCommand.Text(before, "format"),
            ["active"] = parse.GetResult(options.Active) is { Implicit: false }
                ? parse.GetValue(options.Active)
                : before["active"]?.GetValue<bool>() ?? true,
            ["filters"] = Words(before["filters"], parse.GetValue(options.AddEvent), parse.GetValue(options.RemoveEvent)),
            ["groups"] = Words(before["groups"], parse.GetValue(options.AddGroup), parse.GetValue(options.RemoveGroup)),
            ["secret"] = parse.GetValue(options.Secret) ?? "",
        };
        foreach (var member in StackParts.Where(member => before[member] is not null))
        {
            body[member] = before[member]!.DeepClone();
        }
        return body;
    }

    private static JsonArray Words(JsonNode? before, string[]? added, string[]? removed) =>
        new([
            .. (before as JsonArray ?? [])
                .Select(word => word?.ToString() ?? "")
                .Union(added ?? [], StringComparer.Ordinal)
                .Except(removed ?? [], StringComparer.Ordinal)
                .Select(word => (JsonNode?)word),
        ]);

    private sealed class Options
    {
        public Option<string?> Url { get; } = new("--url") { Description = "Where to send to" };
        public Option<string?> Format { get; } =
            new("--hook-format") { Description = "raw, slack or ms_teams", CompletionSources = { "raw", "slack", "ms_teams" } };
        public Option<string[]> AddEvent { get; } = new("--add-event") { Description = "An event to send from now on; may be repeated" };
        public Option<string[]> RemoveEvent { get; } =
            new("--remove-event") { Description = "An event not to send any more; may be repeated" };
        public Option<string[]> AddGroup { get; } =
            new("--add-group") { Description = "A group of events to send from now on; may be repeated" };
        public Option<string[]> RemoveGroup { get; } =
            new("--remove-group") { Description = "A group of events not to send any more; may be repeated" };
        public Option<bool> Active { get; } =
            new("--active") { Description = "Whether the webhook delivers", DefaultValueFactory = _ => true };
        public Option<string?> Secret { get; } = new("--secret") { Description = "A new key that requests are signed with" };
        public Option<string?> DisplayName { get; } = new("--display-name") { Description = "What the webhook is called" };
        public Option<string> Output { get; } = JsonOutput.NewOption();

        public IReadOnlyList<Option> All =>
            [Url, Format, AddEvent, RemoveEvent, AddGroup, RemoveGroup, Active, Secret, DisplayName, Output];
    }
}
