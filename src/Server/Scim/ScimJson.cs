using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Server.Scim;

/// <summary>Reads what directories send: attribute names in any case, booleans as text, one value as a list of it.</summary>
public static class ScimJson
{
    /// <exception cref="ScimException">It is not an object.</exception>
    public static async Task<JsonObject> Body(HttpContext http)
    {
        var node = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        return node as JsonObject ?? throw new ScimException(400, "invalidSyntax", "The body is not a JSON object.");
    }

    public static JsonNode? Member(this JsonObject node, string name) =>
        node.FirstOrDefault(m => m.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public static string Text(this JsonObject node, string name) => Text(node.Member(name), name);

    public static string Text(JsonNode? value, string name) =>
        value switch
        {
            null => "",
            JsonArray { Count: 1 } list when list[0] is JsonObject only => only.Text("value"), // as Entra sends it for single values, too
            JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>().Trim(),
            _ => throw ScimException.Invalid($"{name} is not a text."),
        };

    public static bool Flag(JsonNode? value, string name) =>
        value switch
        {
            JsonArray { Count: 1 } list when list[0] is JsonObject only => Flag(only.Member("value"), name),
            JsonValue flag when flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False => flag.GetValue<bool>(),
            JsonValue text when text.GetValueKind() == JsonValueKind.String && bool.TryParse(text.GetValue<string>(), out var flag) => flag,
            _ => throw ScimException.Invalid($"{name} is true or false."),
        };

    /// <summary>The address at work, else the primary one, else the first.</summary>
    public static string Email(JsonNode? emails)
    {
        if (emails is not JsonArray list)
        {
            return emails is null ? "" : Text(emails, "emails");
        }
        var all = list.OfType<JsonObject>().ToList();
        var best =
            all.Find(e => e.Text("type").Equals("work", StringComparison.OrdinalIgnoreCase))
            ?? all.Find(e => e.Member("primary") is { } primary && Flag(primary, "primary"))
            ?? all.FirstOrDefault();
        return best?.Text("value") ?? "";
    }

    public static JsonObject Meta(string type, string location, long createdMs, long modifiedMs) =>
        new()
        {
            ["resourceType"] = type,
            ["created"] = Time(createdMs),
            ["lastModified"] = Time(modifiedMs),
            ["location"] = location,
        };

    public static JsonObject List(IReadOnlyCollection<JsonObject> items, long total, long start) =>
        new()
        {
            ["schemas"] = new JsonArray(ScimSchemas.List),
            ["totalResults"] = total,
            ["startIndex"] = start,
            ["itemsPerPage"] = items.Count,
            ["Resources"] = new JsonArray([.. items]),
        };

    public static IResult Answer(JsonObject body, int status = 200) =>
        Results.Text(body.ToJsonString(), ScimErrors.ContentType, statusCode: status);

    private static string Time(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
