using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cli.Api;

/// <summary>An answer as it came, whatever its status.</summary>
/// <param name="Json">The body, where it is JSON.</param>
internal sealed record RawAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, JsonNode? Json)
{
    public static JsonNode? Parse(byte[] body)
    {
        try
        {
            return body.Length == 0 ? null : JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
