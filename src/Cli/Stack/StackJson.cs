using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Display;
using Cli.State;

namespace Cli.Stack;

/// <summary>What `pulumi stack --output json` prints.</summary>
internal static class StackJson
{
    public static string Of(Workplace work, StackDetails stack, Deployment? deployment, JsonObject outputs)
    {
        var json = new JsonObject();
        if (work.Backend.IsCloud)
        {
            json["organization"] = stack.Stack.Organization;
        }
        if (stack.Stack.Project.Length > 0)
        {
            json["project"] = stack.Stack.Project;
        }
        json["stack"] = stack.Stack.Name;
        json["backend"] = work.Backend.Name;
        if (work.Backend.IsCloud)
        {
            json["version"] = stack.Version;
        }
        if (stack.ActiveUpdate.Length > 0)
        {
            json["activeUpdate"] = stack.ActiveUpdate;
        }
        if (stack.CurrentOperation is { } running)
        {
            json["currentOperation"] = new JsonObject
            {
                ["kind"] = running.Kind,
                ["author"] = running.Author,
                ["started"] = Times.Json(running.Started),
            };
        }
        json["tags"] = new JsonObject(stack.Tags.Select(tag => new KeyValuePair<string, JsonNode?>(tag.Key, tag.Value)));
        if (deployment?.Body["manifest"] is JsonObject manifest && StackText.TimeOf(manifest) is { } time)
        {
            json["manifest"] = Manifest(manifest, time);
        }
        json["resources"] = new JsonArray([.. (deployment?.Resources ?? []).Select(Resource)]);
        json["outputs"] = outputs;
        if (work.Backend.ConsolePage(stack.Stack) is { } page)
        {
            json["consoleUrl"] = page;
        }
        return PropertyValues.Json(json);
    }

    private static JsonObject Manifest(JsonObject manifest, DateTimeOffset time)
    {
        var json = new JsonObject { ["time"] = Times.Json(time) };
        if (References.Text(manifest["version"]) is { } version)
        {
            json["pulumiVersion"] = version;
        }
        if (manifest["plugins"] is JsonArray { Count: > 0 } plugins)
        {
            json["plugins"] = new JsonArray([.. plugins.OfType<JsonObject>().Select(Plugin)]);
        }
        return json;
    }

    private static JsonObject Plugin(JsonObject plugin)
    {
        var json = new JsonObject { ["name"] = plugin["name"]?.DeepClone(), ["kind"] = plugin["type"]?.DeepClone() };
        if (References.Text(plugin["version"]) is { } version)
        {
            json["version"] = version;
        }
        return json;
    }

    private static JsonObject Resource(JsonObject resource)
    {
        var urn = References.Text(resource["urn"]) ?? "";
        var json = new JsonObject
        {
            ["urn"] = urn,
            ["type"] = References.Text(resource["type"]),
            ["name"] = Urn.Parse(urn)?.Name ?? "",
        };
        foreach (var name in (string[])["id", "parent"])
        {
            if (References.Text(resource[name]) is { } text)
            {
                json[name] = text;
            }
        }
        return json;
    }
}
