using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Display;
using Cli.Invocation;

namespace Cli.Webhook;

/// <summary>What a webhook was sent, and how it went.</summary>
internal static class WebhookDeliveryCommand
{
    public static PulumiCommand Create(Machine machine, WebhookScope scope, bool counted, bool redelivers)
    {
        var command = new PulumiCommand("delivery", "Past deliveries");
        command.Add(List(machine, scope, counted));
        if (redelivers)
        {
            command.Add(Redeliver(machine, scope));
        }
        return command;
    }

    private static PulumiCommand List(Machine machine, WebhookScope scope, bool counted)
    {
        var count = new Option<int>("--count") { Description = "The number of deliveries to show" };
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("list", "List recent deliveries")
        {
            ArgumentNames = "<id>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Aliases.Add("ls");
        foreach (var option in counted ? new Option[] { count, output } : [output])
        {
            command.Add(option);
        }
        return WebhookCommand.On(
            machine,
            scope,
            command,
            async (session, parse, cloud, path, ct) =>
            {
                var most = counted && parse.GetValue(count) is var given and > 0 ? given : int.MaxValue;
                var deliveries = (await WebhookCommand.AskList(cloud, path + "/deliveries", ct)).Take(most).ToList();
                await session.Out.WriteAsync(
                    parse.GetValue(output) == "json"
                        ? PropertyValues.Json(
                            new JsonObject
                            {
                                ["deliveries"] = new JsonArray([.. deliveries.Select(d => d?.DeepClone())]),
                                ["count"] = deliveries.Count,
                            }
                        )
                    : deliveries.Count == 0 ? "No deliveries found\n"
                    : Text(deliveries, json: false)
                );
                return 0;
            }
        );
    }

    private static PulumiCommand Redeliver(Machine machine, WebhookScope scope)
    {
        var delivery = new Argument<string>("event-id");
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("redeliver", "Send one again")
        {
            ArgumentNames = "<id> <event-id>",
            FewestArguments = 2,
            MostArguments = 2,
        };
        command.Add(delivery);
        command.Add(output);
        return WebhookCommand.On(
            machine,
            scope,
            command,
            async (session, parse, cloud, path, ct) =>
            {
                var again = $"{path}/deliveries/{Uri.EscapeDataString(parse.GetValue(delivery)!)}/redeliver";
                var sent = await cloud.Ask(CloudCall.Post(again, body: null), ct);
                await session.Out.WriteAsync(Text([sent], parse.GetValue(output) == "json"));
                return 0;
            }
        );
    }

    public static string Text(IReadOnlyList<JsonNode?> deliveries, bool json)
    {
        if (json)
        {
            return PropertyValues.Json(deliveries[0]);
        }
        var table = new Table("ID", "KIND", "TIMESTAMP", "DURATION", "STATUS");
        foreach (var delivery in deliveries)
        {
            table.Add(
                WebhookCommand.Text(delivery, "id"),
                WebhookCommand.Text(delivery, "kind"),
                Time(delivery?["timestamp"]),
                WebhookCommand.Text(delivery, "duration") + "ms",
                WebhookCommand.Text(delivery, "responseCode")
            );
        }
        return table.Text();
    }

    private static string Time(JsonNode? seconds) =>
        seconds is JsonValue value && value.TryGetValue<long>(out var number)
            ? DateTimeOffset.FromUnixTimeSeconds(number).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : "";
}
