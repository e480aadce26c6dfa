using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Storage;

namespace Cli.Project;

/// <summary>Which stack of a project is selected, for each back end; kept in <c>workspaces/</c>, where the stock CLI keeps it.</summary>
internal sealed class Selection
{
    private readonly PrivateFile file;

    public Selection(Machine machine, ProjectFile project)
    {
#pragma warning disable CA5350 // The name of a file, as the stock CLI makes it.
        var hash = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(project.Path)));
#pragma warning restore CA5350
        file = new(Path.Combine(Places.Home(machine), "workspaces", $"{project.Name}-{hash}-workspace.json"));
    }

    /// <param name="url">The back end's.</param>
    public string? Of(string url)
    {
        var members = Parse(file.Read());
        return Text((members["stacks"] as JsonObject)?[url]) ?? Text(members["stack"]);
    }

    /// <param name="stack">Null: none.</param>
    public void Set(string url, string? stack) =>
        file.Change(content =>
        {
            var members = Parse(content);
            var stacks = members["stacks"]?.DeepClone() as JsonObject ?? [];
            stacks.Remove(url);
            if (stack is not null)
            {
                stacks[url] = stack;
            }
            members.Remove("stack");
            members.Remove("stacks");
            if (stacks.Count > 0)
            {
                members["stacks"] = new JsonObject(
                    stacks
                        .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                        .Select(entry => new KeyValuePair<string, JsonNode?>(entry.Key, entry.Value?.DeepClone()))
                );
            }
            return members.Count == 0 ? null : Encoding.UTF8.GetBytes(GoJson.Write(members, indent: 4, escapeHtml: true));
        });

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    // A file that is no JSON holds no selection; choosing a stack replaces it.
    private static JsonObject Parse(byte[] content)
    {
        try
        {
            return content.Length == 0 ? [] : GoJson.Parse(content) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
