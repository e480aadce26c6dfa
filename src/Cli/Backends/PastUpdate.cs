using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cli.Backends;

/// <summary>One entry of a stack's history.</summary>
/// <param name="EndTime">Null while it runs.</param>
/// <param name="Entry">As the back end has it, for whoever copies history.</param>
internal sealed record PastUpdate(
    long Version,
    string Kind,
    string Result,
    string Message,
    DateTimeOffset StartTime,
    DateTimeOffset? EndTime,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, PastConfig> Config,
    IReadOnlyDictionary<string, long> ResourceChanges,
    JsonObject Entry
)
{
    /// <summary>The key of its file in a store; null in a cloud.</summary>
    public string? Key { get; init; }

    /// <param name="config">Clouds and files write configuration differently.</param>
    public static PastUpdate Read(JsonObject entry, Func<JsonNode?, PastConfig> config) =>
        new(
            Number(entry["version"]),
            Text(entry["kind"]),
            Text(entry["result"]),
            Text(entry["message"]),
            DateTimeOffset.FromUnixTimeSeconds(Number(entry["startTime"])),
            Number(entry["endTime"]) is > 0 and var end ? DateTimeOffset.FromUnixTimeSeconds(end) : null,
            Map(entry["environment"], Text),
            Map(entry["config"], config),
            Map(entry["resourceChanges"], Number),
            entry
        );

    private static SortedDictionary<string, T> Map<T>(JsonNode? node, Func<JsonNode?, T> value) =>
        new((node as JsonObject ?? []).ToDictionary(item => item.Key, item => value(item.Value)), StringComparer.Ordinal);

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static long Number(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number && long.TryParse(node.ToJsonString(), out var number) ? number : 0;
}

/// <param name="Text">The value; the ciphertext of a secret; JSON for an object.</param>
internal sealed record PastConfig(string Text, bool Secret, bool IsObject)
{
    /// <summary>On the wire: <c>{"string", "secret", "object"}</c>.</summary>
    public static PastConfig OfWire(JsonNode? node) =>
        node is JsonObject value
            ? new(value["string"]?.GetValue<string>() ?? "", IsTrue(value["secret"]), IsTrue(value["object"]))
            : new("", false, false);

    /// <summary>In files: the value itself, or <c>{"secure": …}</c>.</summary>
    public static PastConfig OfFile(JsonNode? node) =>
        node switch
        {
            JsonObject { Count: 1 } secret when secret["secure"] is JsonValue value && value.TryGetValue<string>(out var text) => new(
                text,
                true,
                false
            ),
            JsonObject or JsonArray => new(
                node.ToJsonString(),
                node.ToJsonString().Contains("\"secure\":", StringComparison.Ordinal),
                true
            ),
            JsonValue value when value.TryGetValue<string>(out var text) => new(text, false, false),
            null => new("", false, false),
            _ => new(node.ToJsonString(), false, false),
        };

    private static bool IsTrue(JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;
}
