using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Config.Yaml;
using Cli.Storage;

namespace Cli.Config;

/// <summary>Values as <c>config --json</c> prints them and <c>config set-all --json</c> takes them: <c>{"value", "objectValue", "secret"}</c>.</summary>
internal static class ConfigJson
{
    /// <param name="shown">Null hides it.</param>
    public static JsonObject Of(YamlValue stored, YamlValue? shown)
    {
        var json = new JsonObject();
        if (shown is not null)
        {
            json["value"] = ConfigValue.Text(shown);
            if (ConfigValue.IsObject(stored))
            {
                json["objectValue"] = ConfigValue.Json(shown);
            }
        }
        json["secret"] = ConfigValue.HasSecrets(stored);
        return json;
    }

    /// <returns>Keys, values, and which of them are to be encrypted.</returns>
    public static IReadOnlyList<(string Key, YamlValue Value, bool Secret)> Read(string text)
    {
        try
        {
            return GoJson.Parse(System.Text.Encoding.UTF8.GetBytes(text)) is JsonObject values
                ? [.. values.Select(member => Read(member.Key, member.Value))]
                : throw new JsonException("it is not an object");
        }
        catch (JsonException problem)
        {
            throw new UserErrorException($"could not parse --json argument: {problem.Message}");
        }
    }

    private static (string, YamlValue, bool) Read(string key, JsonNode? node)
    {
        var entry = node as JsonObject ?? throw new JsonException($"the value of '{key}' is not an object with a \"value\"");
        var secret = entry["secret"]?.GetValueKind() == JsonValueKind.True;
        if (entry["objectValue"] is { } structured)
        {
            return (key, ConfigValue.OfJson(structured), secret);
        }
        return entry["value"] is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? (key, YamlValue.Of(value.GetValue<string>()), secret)
            : throw new UserErrorException(
                $"configuration key '{key}' has no value in the JSON"
                    + (secret ? "; print it with `pulumi config --json --show-secrets`" : "")
            );
    }
}
