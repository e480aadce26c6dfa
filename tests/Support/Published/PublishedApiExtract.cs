using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Support;

/// <summary>
/// Makes <c>published-api.json</c> out of the whole OpenAPI document of Pulumi Cloud: paths, parameters, types, required members and enumerations of
/// the operations that Holdfast answers or is about to. Words written for people are left out. The extract of an extract is itself.
/// </summary>
public static class PublishedApiExtract
{
    private const string Reference = "#/components/schemas/";

    private static readonly string[] Wanted =
    [
        "/api/capabilities",
        "/api/cli/version",
        "/api/console/orgs/{orgName}/stacks/",
        "/api/console/stacks/",
        "/api/esc/environments",
        "/api/esc/providers",
        "/api/esc/rotators",
        "/api/orgs/{orgName}/auditlogs",
        "/api/orgs/{orgName}/hooks",
        "/api/orgs/{orgName}/members",
        "/api/orgs/{orgName}/restore-stack",
        "/api/orgs/{orgName}/saml",
        "/api/orgs/{orgName}/search",
        "/api/orgs/{orgName}/teams",
        "/api/projects/{orgName}/{projectName}/",
        "/api/stacks/",
        "/api/user",
    ];

    private static readonly string[] Unwanted = ["/api/user/github/", "/api/user/gitlab-app/", "/api/user/vcs"];

    private static readonly string[] SchemaFacts = ["type", "format", "enum", "required", "$ref"];

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>One line for each operation and each schema, in alphabetical order, so that changes are easy to read.</returns>
    public static string Make(string document)
    {
        var root = JsonNode.Parse(document)!;
        var operations = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var missing = new Queue<string>();
        foreach (var (path, methods) in root["paths"]!.AsObject())
        {
            if (IsWanted(path))
            {
                var facts = new JsonObject(methods!.AsObject().Select(m => KeyValuePair.Create(m.Key, (JsonNode?)Operation(m.Value!))));
                operations[path] = Line(facts, missing);
            }
        }
        var schemas = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (missing.TryDequeue(out var name))
        {
            if (!schemas.ContainsKey(name))
            {
                schemas[name] = "";
                schemas[name] = Line(Schema(root["components"]!["schemas"]![name]!), missing);
            }
        }
        return "{\"openapi\":\"3.0.3\",\"paths\":{" + Lines(operations) + "},\"components\":{\"schemas\":{" + Lines(schemas) + "}}}\n";
    }

    private static bool IsWanted(string path) =>
        Array.Exists(Wanted, w => path.StartsWith(w, StringComparison.Ordinal))
        && !Array.Exists(Unwanted, u => path.StartsWith(u, StringComparison.Ordinal));

    private static JsonObject Operation(JsonNode operation)
    {
        var facts = new JsonObject();
        if (operation["parameters"] is JsonArray { Count: > 0 } parameters)
        {
            facts["parameters"] = new JsonArray([
                .. parameters.Select(p =>
                {
                    var parameter = Pick(p!, "name", "in", "required");
                    parameter["schema"] = Schema(p!["schema"]!);
                    return parameter;
                }),
            ]);
        }
        if (operation["requestBody"] is { } body)
        {
            facts["requestBody"] = Content(body);
        }
        facts["responses"] = new JsonObject(
            operation["responses"]!.AsObject().Select(r => KeyValuePair.Create(r.Key, (JsonNode?)Content(r.Value!)))
        );
        return facts;
    }

    private static JsonObject Content(JsonNode message)
    {
        var facts = new JsonObject();
        if (message["content"] is JsonObject types)
        {
            facts["content"] = new JsonObject(
                types.Select(t =>
                    KeyValuePair.Create(
                        t.Key,
                        (JsonNode?)(t.Value!["schema"] is { } schema ? new JsonObject { ["schema"] = Schema(schema) } : new JsonObject())
                    )
                )
            );
        }
        return facts;
    }

    private static JsonObject Schema(JsonNode schema)
    {
        if (schema["type"] is JsonValue type && (string?)type == "array" && (string?)schema["items"]?["format"] == "byte")
        {
            return new() { ["type"] = "string", ["format"] = "base64" }; // bytes: described as an array of bytes, sent by all as base64
        }
        var facts = Pick(schema, SchemaFacts);
        if (SaysNull(schema))
        {
            facts["type"] = new JsonArray("string", "null");
        }
        if (schema["properties"] is JsonObject properties)
        {
            (properties["capability"] as JsonObject)?.Remove("enum"); // the stock CLI knows more of them, and skips those it does not know
            facts["properties"] = new JsonObject(
                properties.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Schema(p.Value!)))
            );
        }
        foreach (var keyword in new[] { "items", "additionalProperties" })
        {
            if (schema[keyword] is JsonObject inner)
            {
                facts[keyword] = Schema(inner);
            }
        }
        if (schema["allOf"] is JsonArray all)
        {
            facts["allOf"] = new JsonArray([.. all.Select(s => Schema(s!))]);
        }
        return facts;
    }

    /// <summary>Where a list ends the document has words only, "will be nil", and clients insist on it.</summary>
    private static bool SaysNull(JsonNode schema) =>
        schema["type"] is JsonValue
        && schema["description"] is JsonValue words
        && words.GetValue<string>() is var text
        && text.Contains("ontinuationToken", StringComparison.Ordinal)
        && text.Contains("nil", StringComparison.Ordinal);

    private static JsonObject Pick(JsonNode from, params string[] names) =>
        new(names.Where(n => from[n] is not null).Select(n => KeyValuePair.Create(n, from[n]?.DeepClone())));

    private static string Line(JsonObject facts, Queue<string> missing)
    {
        foreach (var name in References(facts))
        {
            missing.Enqueue(name);
        }
        return facts.ToJsonString(Plain);
    }

    private static IEnumerable<string> References(JsonNode? node) =>
        node switch
        {
            JsonObject members => members.SelectMany(m =>
                m is { Key: "$ref", Value: JsonValue value } ? [value.GetValue<string>()[Reference.Length..]] : References(m.Value)
            ),
            JsonArray items => items.SelectMany(References),
            _ => [],
        };

    private static string Lines(SortedDictionary<string, string> members) =>
        "\n" + string.Join(",\n", members.Select(m => $"{JsonSerializer.Serialize(m.Key, Plain)}:{m.Value}")) + "\n";
}
