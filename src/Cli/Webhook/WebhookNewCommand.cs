using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Webhook;

internal static class WebhookNewCommand
{
    public static PulumiCommand Create(Machine machine, WebhookScope scope)
    {
        var name = new Option<string?>("--name") { Description = "What the webhook is called" };
        var url = new Option<string?>("--url") { Description = "Where to send to" };
        var format = new Option<string>("--hook-format") { Description = "raw, slack or ms_teams", DefaultValueFactory = _ => "raw" };
        format.CompletionSources.Add("raw", "slack", "ms_teams");
        var events = new Option<string[]>("--event") { Description = "An event to send; may be repeated. Without any, all are sent" };
        var groups = new Option<string[]>("--group") { Description = "A group of events to send; may be repeated" };
        var active = new Option<bool>("--active") { Description = "Whether the webhook delivers", DefaultValueFactory = _ => true };
        var secret = new Option<string?>("--secret") { Description = "The key that requests are signed with" };
        var yes = StackOptions.Yes();
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("new", "Create one") { Explanation = $"Create a webhook of {scope.Owner}." };
        command.Aliases.Add("create");
        command.Aliases.Add("setup");
        foreach (var option in new Option[] { name, url, format, events, groups, active, secret, yes, output })
        {
            command.Add(option);
        }
        return WebhookCommand.In(
            machine,
            scope,
            command,
            async (session, parse, cloud, path, ct) =>
            {
                var body = new JsonObject
                {
                    ["organizationName"] = Organization(path),
                    ["displayName"] = parse.GetValue(name) ?? "",
                    ["payloadUrl"] = await Needed(session, parse.GetValue(url), parse.GetValue(yes), ct),
                    ["format"] = parse.GetValue(format),
                    ["active"] = parse.GetValue(active),
                    ["filters"] = new JsonArray([.. (parse.GetValue(events) ?? []).Select(e => (JsonNode?)e)]),
                    ["groups"] = new JsonArray([.. (parse.GetValue(groups) ?? []).Select(g => (JsonNode?)g)]),
                    ["secret"] = parse.GetValue(secret) ?? "",
                };
                var made = await cloud.Ask(CloudCall.Post(path, body), ct);
                await session.Out.WriteAsync(WebhookCommand.Show(made, parse.GetValue(output) == "json"));
                return 0;
            }
        );
    }

    /// <summary>Both addresses have it third.</summary>
    private static string Organization(string path) => Uri.UnescapeDataString(path.Split('/')[3]);

    private static async Task<string> Needed(Session session, string? url, bool yes, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(url) && session.Interactive && !yes)
        {
            url = await session.Machine.Terminal.ReadLine("Where to send to (URL): ", false, ct);
        }
        return string.IsNullOrEmpty(url) ? throw new UserErrorException("--url is missing: say where to send to") : url.Trim();
    }
}
