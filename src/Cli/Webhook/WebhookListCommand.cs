using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Invocation;

namespace Cli.Webhook;

internal static class WebhookListCommand
{
    public static PulumiCommand Create(Machine machine, WebhookScope scope, bool paged)
    {
        var count = new Option<int>("--count") { Description = "The number of webhooks to show" };
        var all = new Option<bool>("--all") { Description = "Show all webhooks, which is the default" };
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("list", "List them") { Explanation = $"List the webhooks of {scope.Owner}." };
        command.Aliases.Add("ls");
        foreach (var option in paged ? new Option[] { count, all, output } : [output])
        {
            command.Add(option);
        }
        return WebhookCommand.In(
            machine,
            scope,
            command,
            async (session, parse, cloud, path, ct) =>
            {
                var most = paged && parse.GetValue(count) is var given and > 0 ? given : int.MaxValue;
                var webhooks = (await WebhookCommand.AskList(cloud, path, ct)).Take(most).ToList();
                await session.Out.WriteAsync(
                    parse.GetValue(output) == "json"
                        ? PropertyValues.Json(
                            new JsonObject
                            {
                                ["webhooks"] = new JsonArray([.. webhooks.Select(WebhookCommand.Json)]),
                                ["count"] = webhooks.Count,
                            }
                        )
                        : Text(webhooks)
                );
                return 0;
            }
        );
    }

    /// <summary>Columns without any value are left out.</summary>
    private static string Text(List<JsonNode?> webhooks)
    {
        if (webhooks.Count == 0)
        {
            return "No webhooks found\n";
        }
        var columns = new (string Title, Func<JsonNode?, string> Cell, bool Always)[]
        {
            ("ID", w => WebhookCommand.Text(w, "name"), true),
            ("NAME", w => WebhookCommand.Text(w, "displayName"), false),
            ("URL", w => WebhookCommand.Text(w, "payloadUrl"), true),
            ("FORMAT", w => WebhookCommand.Text(w, "format"), false),
            ("EVENT GROUPS", w => WebhookCommand.Words(w, "groups"), false),
            ("EVENTS", w => WebhookCommand.Words(w, "filters"), false),
            ("ACTIVE", w => WebhookCommand.Text(w, "active"), true),
        };
        var shown = columns.Where(column => column.Always || webhooks.Any(webhook => column.Cell(webhook).Length > 0)).ToList();
        var table = new Table([.. shown.Select(column => column.Title)]);
        foreach (var webhook in webhooks)
        {
            table.Add([.. shown.Select(column => column.Cell(webhook))]);
        }
        return table.Text();
    }
}
