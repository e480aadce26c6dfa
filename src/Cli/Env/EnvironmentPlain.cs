using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Config;
using Cli.Storage;
using Wire;

namespace Cli.Env;

/// <summary>Opened environments without their envelopes, in the forms that people ask for.</summary>
internal static class EnvironmentPlain
{
    public const string Formats = "json, yaml, string, dotenv, shell or detailed";

    /// <returns>Null is JSON's null.</returns>
    public static JsonNode? Of(EnvironmentValue value) => Of(value, hide: false);

    /// <param name="hide">Writes <c>[secret]</c> for secrets.</param>
    public static JsonNode? Of(EnvironmentValue value, bool hide) =>
        value.Secret && hide ? JsonValue.Create("[secret]")
        : value.Unknown ? JsonValue.Create("[unknown]")
        : value.Value.ValueKind switch
        {
            JsonValueKind.Object => new JsonObject(
                value.Value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Of(Inner(p.Value), hide)))
            ),
            JsonValueKind.Array => new JsonArray([.. value.Value.EnumerateArray().Select(i => Of(Inner(i), hide))]),
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            _ => JsonNode.Parse(value.Value.GetRawText()),
        };

    public static EnvironmentValue Inner(JsonElement envelope) =>
        envelope.Deserialize(WireJson.Default.EnvironmentValue) ?? throw new UserErrorException("unexpected response from server");

    /// <summary>Everything, as one value.</summary>
    public static JsonObject All(OpenedEnvironment environment, bool hide = false) =>
        new(
            (environment.Properties ?? new Dictionary<string, EnvironmentValue>())
                .OrderBy(p => p.Key, StringComparer.Ordinal)
                .Select(p => KeyValuePair.Create(p.Key, Of(p.Value, hide)))
        );

    /// <returns>False where the path leads nowhere.</returns>
    public static bool Find(JsonNode? node, IReadOnlyList<PathStep> path, out JsonNode? found)
    {
        found = node;
        foreach (var step in path)
        {
            if (step.Name is { } name && found is JsonObject map && map.TryGetPropertyValue(name, out var member))
            {
                found = member;
            }
            else if (step.Name is null && found is JsonArray list && step.Index < list.Count)
            {
                found = list[step.Index];
            }
            else
            {
                return false;
            }
        }
        return true;
    }

    /// <exception cref="UserErrorException">There is no such format.</exception>
    public static string Write(JsonNode? value, string format) =>
        format switch
        {
            "json" or "detailed" => GoJson.Write(value, indent: 2, escapeHtml: false) + "\n",
            "yaml" => Yaml(value),
            "string" => Text(value) + "\n",
            "dotenv" => string.Concat(Variables(value).Select(v => $"{v.Key}={Quoted(v.Value)}\n")),
            "shell" => string.Concat(Variables(value).Select(v => $"export {v.Key}={Quoted(v.Value)}\n")),
            _ => throw new UserErrorException($"unknown output format \"{format}\"; use {Formats}"),
        };

    /// <summary>A scalar as it is, anything else as JSON.</summary>
    public static string Text(JsonNode? value) =>
        value is null ? ""
        : value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String ? scalar.GetValue<string>()
        : GoJson.Write(value, indent: 0, escapeHtml: false);

    /// <summary>The scalars of <c>environmentVariables</c>.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Variables(JsonNode? environment) =>
        ((environment as JsonObject)?["environmentVariables"] as JsonObject ?? [])
            .Where(v => v.Value is JsonValue)
            .OrderBy(v => v.Key, StringComparer.Ordinal)
            .Select(v => KeyValuePair.Create(v.Key, Text(v.Value)));

    private static string Yaml(JsonNode? value)
    {
        var text = new StringBuilder();
        Yaml(text, value, 0, inline: true);
        return text.ToString();
    }

    private static void Yaml(StringBuilder text, JsonNode? value, int indent, bool inline)
    {
        var first = inline;
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                foreach (var (key, member) in map.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    text.Append(' ', first ? 0 : indent).Append(Key(key)).Append(':');
                    first = false;
                    Below(text, member, indent + 2);
                }
                break;
            case JsonArray { Count: > 0 } list:
                foreach (var item in list)
                {
                    text.Append(' ', first ? 0 : indent).Append("- ");
                    first = false;
                    Yaml(text, item, indent + 2, inline: true);
                }
                break;
            default:
                text.Append(value is null ? "null" : GoJson.Write(value, indent: 0, escapeHtml: false)).Append('\n');
                break;
        }
    }

    private static void Below(StringBuilder text, JsonNode? member, int indent)
    {
        var block = member is JsonObject { Count: > 0 } or JsonArray { Count: > 0 };
        text.Append(block ? "\n" : " ");
        Yaml(text, member, indent, inline: !block);
    }

    private static string Key(string key) => Config.Yaml.YamlScalarText.Of(Config.Yaml.YamlValue.Of(key), inFlow: false, json: false);

    private static string Quoted(string text) =>
        GoJson
            .Write(JsonValue.Create(text), indent: 0, escapeHtml: false)
            .Replace("$", "\\$", StringComparison.Ordinal)
            .Replace("`", "\\`", StringComparison.Ordinal);
}
