using System.Text;
using System.Text.Json.Nodes;
using Cli.Secrets;
using Cli.State;
using Cli.Storage;

namespace Cli.Display;

/// <summary>Property values as people and scripts read them.</summary>
internal static class PropertyValues
{
    private const string Hidden = "[secret]";

    /// <summary>A secret becomes its value where it has been decrypted, and a placeholder elsewhere.</summary>
    public static JsonNode? Plain(JsonNode? value) =>
        value switch
        {
            JsonObject secret when SecretValues.IsSecret(secret) => References.Text(secret["plaintext"]) is { } text
                ? Plain(JsonNode.Parse(text))
                : JsonValue.Create(Hidden),
            JsonObject members => new JsonObject(
                members
                    .OrderBy(member => member.Key, StringComparer.Ordinal)
                    .Select(member => new KeyValuePair<string, JsonNode?>(member.Key, Plain(member.Value)))
            ),
            JsonArray items => new JsonArray([.. items.Select(Plain)]),
            _ => value?.DeepClone(),
        };

    /// <summary>Strings bare, everything else compact JSON.</summary>
    public static string Text(JsonNode? plain) =>
        plain is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : Encoding.UTF8.GetString(JsonText.Lay(Encoding.UTF8.GetBytes(GoJson.Write(plain, indent: 1, escapeHtml: false)), indent: 0));

    public static string Json(JsonNode? plain) => GoJson.Write(plain, indent: 2, escapeHtml: false) + "\n";
}
