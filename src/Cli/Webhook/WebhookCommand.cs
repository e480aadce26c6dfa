using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Backends.Cloud;
using Cli.Display;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Webhook;

/// <summary><c>pulumi org webhook</c> and <c>pulumi stack webhook</c>, which differ in whose webhooks they are.</summary>
internal static class WebhookCommand
{
    public static PulumiCommand OfOrganization(Machine machine)
    {
        var scope = new WebhookScope.Organizations();
        var command = Group("Organization webhooks");
        command.Add(WebhookListCommand.Create(machine, scope, paged: true));
        command.Add(WebhookNewCommand.Create(machine, scope));
        command.Add(WebhookEditCommand.Create(machine, scope));
        command.Add(WebhookRemoveCommand.Create(machine, scope));
        command.Add(WebhookPingCommand.Create(machine, scope));
        command.Add(WebhookDeliveryCommand.Create(machine, scope, counted: false, redelivers: false));
        return command;
    }

    public static PulumiCommand OfStack(Machine machine)
    {
        var scope = new WebhookScope.Stacks();
        var command = Group("Stack webhooks");
        command.Add(WebhookListCommand.Create(machine, scope, paged: false));
        command.Add(WebhookGetCommand.Create(machine, scope));
        command.Add(WebhookNewCommand.Create(machine, scope));
        command.Add(WebhookEditCommand.Create(machine, scope));
        command.Add(WebhookRemoveCommand.Create(machine, scope));
        command.Add(WebhookPingCommand.Create(machine, scope));
        command.Add(WebhookDeliveryCommand.Create(machine, scope, counted: true, redelivers: true));
        return command;
    }

    private static PulumiCommand Group(string summary) =>
        new("webhook", summary) { Explanation = $"{summary}: addresses that are told what happens." };

    /// <summary>A command on one webhook by its id.</summary>
    public static PulumiCommand On(
        Machine machine,
        WebhookScope scope,
        PulumiCommand command,
        Func<Session, ParseResult, CloudConnection, string, CancellationToken, Task<int>> run
    )
    {
        var id = new Argument<string>("id");
        command.Arguments.Insert(0, id);
        return In(
            machine,
            scope,
            command,
            (session, parse, cloud, path, ct) => run(session, parse, cloud, $"{path}/{Uri.EscapeDataString(parse.GetValue(id)!)}", ct)
        );
    }

    /// <summary>A command on the webhooks of an organization or a stack.</summary>
    public static PulumiCommand In(
        Machine machine,
        WebhookScope scope,
        PulumiCommand command,
        Func<Session, ParseResult, CloudConnection, string, CancellationToken, Task<int>> run
    )
    {
        var owner = scope.NewOption();
        command.Add(owner);
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await Workplace.Open(session, ct);
                var (cloud, path) = await scope.Find(work, parse.GetValue(owner), ct);
                return await run(session, parse, cloud, path, ct);
            }
        );
    }

    public static async Task<JsonArray> AskList(CloudConnection cloud, string path, CancellationToken ct)
    {
        try
        {
            return JsonNode.Parse(await cloud.Send(CloudCall.Get(path), ct)) as JsonArray ?? [];
        }
        catch (JsonException)
        {
            throw new UserErrorException("unexpected response from server");
        }
    }

    /// <summary>A webhook as JSON output has it.</summary>
    public static JsonObject Json(JsonNode? webhook) =>
        new()
        {
            ["id"] = Text(webhook, "name"),
            ["name"] = Text(webhook, "displayName"),
            ["url"] = Text(webhook, "payloadUrl"),
            ["format"] = Text(webhook, "format"),
            ["active"] = webhook?["active"]?.GetValue<bool>() ?? false,
            ["eventGroups"] = (webhook?["groups"] as JsonArray)?.DeepClone() ?? new JsonArray(),
            ["events"] = (webhook?["filters"] as JsonArray)?.DeepClone() ?? new JsonArray(),
        };

    /// <summary>One webhook, line by line or as JSON.</summary>
    public static string Show(JsonNode? webhook, bool json)
    {
        if (json)
        {
            return PropertyValues.Json(Json(webhook));
        }
        var lines = new StringBuilder();
        foreach (var (title, value) in Facts(webhook).Where(fact => fact.Value.Length > 0))
        {
            lines.Append(title).Append(": ").Append(value).Append('\n');
        }
        return lines.ToString();
    }

    public static string Text(JsonNode? node, string member) =>
        string.Concat(((node?[member] as JsonValue)?.ToString() ?? "").Select(c => char.IsControl(c) ? ' ' : c));

    public static string Words(JsonNode? webhook, string member) =>
        string.Join(',', (webhook?[member] as JsonArray ?? []).Select(word => word?.ToString()));

    private static IEnumerable<(string Title, string Value)> Facts(JsonNode? webhook) =>
        [
            ("ID", Text(webhook, "name")),
            ("Name", Text(webhook, "displayName")),
            ("URL", Text(webhook, "payloadUrl")),
            ("Format", Text(webhook, "format")),
            ("Event groups", Words(webhook, "groups")),
            ("Events", Words(webhook, "filters")),
            ("Active", Text(webhook, "active")),
            ("Signed", Text(webhook, "hasSecret")),
        ];
}
