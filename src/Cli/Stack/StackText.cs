using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Display;
using Cli.State;

namespace Cli.Stack;

/// <summary>What `pulumi stack` prints for people.</summary>
internal static class StackText
{
    public static string Of(Workplace work, StackDetails stack, Deployment? deployment, JsonObject outputs, StackView view)
    {
        var text = new StringBuilder($"Current stack is {work.Backend.Show(stack.Stack)}:\n");
        AppendOrigin(text, work, stack);
        AppendManifest(text, work, stack, deployment?.Body["manifest"] as JsonObject);
        AppendResources(text, deployment, view);
        if (deployment is not null && HasManifest(deployment))
        {
            text.Append('\n').Append(StackOutputs.Table(outputs));
        }
        if (work.Backend.ConsolePage(stack.Stack) is { } page)
        {
            text.Append($"\nMore information at: {page}\n");
        }
        return text.Append("\nUse `pulumi stack select` to change stack; `pulumi stack ls` lists known ones\n").ToString();
    }

    private static void AppendOrigin(StringBuilder text, Workplace work, StackDetails stack)
    {
        if (work.Backend.Name != "pulumi.com")
        {
            text.Append($"    Managed by {work.Backend.Name}\n");
        }
        if (!work.Backend.IsCloud)
        {
            return;
        }
        text.Append($"    Owner: {stack.Stack.Organization}\n");
        if (stack.CurrentOperation is { } running)
        {
            var now = work.Session.Machine.Clock.GetUtcNow();
            text.Append($"    Update in progress:\n\tStarted: {Times.Ago(running.Started, now)}\n\tRequested By: {running.Author}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"    Version: {stack.Version}\n");
        if (stack.ActiveUpdate.Length > 0)
        {
            text.Append($"    Active update: {stack.ActiveUpdate}\n");
        }
        if (stack.Tags.Count > 0)
        {
            text.Append("    Tags:\n");
            var width = stack.Tags.Keys.Max(name => name.Length);
            foreach (var (name, value) in stack.Tags)
            {
                text.Append($"        {name.PadRight(width)}  {value}\n");
            }
        }
    }

    private static bool HasManifest(Deployment deployment) =>
        deployment.Body["manifest"] is JsonObject manifest && TimeOf(manifest) is not null;

    private static void AppendManifest(StringBuilder text, Workplace work, StackDetails stack, JsonObject? manifest)
    {
        if (manifest is null || TimeOf(manifest) is not { } time)
        {
            text.Append("    No updates yet; run `pulumi up`\n");
            return;
        }
        var clock = work.Session.Machine.Clock;
        if (stack.CurrentOperation is null)
        {
            text.Append($"    Last updated: {Times.Ago(time, clock.GetUtcNow())} ({Times.Full(time, clock.LocalTimeZone)})\n");
        }
        if (References.Text(manifest["version"]) is { } version)
        {
            text.Append($"    Pulumi version used: {version}\n");
        }
        foreach (var plugin in (manifest["plugins"] as JsonArray ?? []).OfType<JsonObject>())
        {
            text.Append($"    Plugin {plugin["name"]} [{plugin["type"]}] version: {References.Text(plugin["version"]) ?? "?"}\n");
        }
    }

    public static DateTimeOffset? TimeOf(JsonObject manifest) =>
        DateTimeOffset.TryParse(References.Text(manifest["time"]), CultureInfo.InvariantCulture, out var time) && time.Year > 1
            ? time
            : null;

    private static void AppendResources(StringBuilder text, Deployment? deployment, StackView view)
    {
        var resources = deployment?.Resources.ToList() ?? [];
        text.Append(CultureInfo.InvariantCulture, $"Current stack resources ({resources.Count}):\n");
        if (resources.Count == 0)
        {
            text.Append("    No resources currently in this stack\n");
            return;
        }
        var table = new Table("TYPE", "NAME");
        foreach (var node in ResourceTree.Of(resources))
        {
            var urn = References.Text(node.Resource["urn"]) ?? "";
            var below = new StringBuilder();
            if (view.Urns)
            {
                below.Append($"    {node.PrefixBelow}URN: {urn}\n");
            }
            if (view.Ids && References.Text(node.Resource["id"]) is { } id)
            {
                below.Append($"    {node.PrefixBelow}ID: {id}\n");
            }
            table.AddWith(below.ToString(), node.Prefix + References.Text(node.Resource["type"]), Urn.Parse(urn)?.Name ?? urn);
        }
        text.Append(table.Text(indent: 4));
    }
}
