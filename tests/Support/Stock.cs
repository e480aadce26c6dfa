using System.Text.Json.Nodes;

namespace Support;

/// <summary>What an engine writes: resources, journal entries, deployments, events.</summary>
public static class Stock
{
    public static string Urn(string name, string type = "web:index:Thing") => $"urn:pulumi:dev::web::{type}::{name}";

    public static JsonObject Resource(string name, string type = "web:index:Thing", JsonObject? outputs = null) =>
        new()
        {
            ["urn"] = Urn(name, type),
            ["custom"] = true,
            ["id"] = name + "-id",
            ["type"] = type,
            ["inputs"] = new JsonObject { ["name"] = name },
            ["outputs"] = outputs?.DeepClone() ?? new JsonObject { ["name"] = name },
        };

    /// <summary>What every journal begins with.</summary>
    public static JsonObject SecretsManager(long sequence = 1) =>
        Entry(sequence, 6, 0, ("secretsProvider", new JsonObject { ["type"] = "b64" }));

    public static JsonObject Begin(long sequence, long operation, string type, JsonObject resource) =>
        Entry(sequence, 0, operation, ("operation", new JsonObject { ["type"] = type, ["resource"] = resource.DeepClone() }));

    public static JsonObject Success(
        long sequence,
        long operation,
        JsonObject? state = null,
        long? removeOld = null,
        long? deleteOld = null
    )
    {
        var entry = Entry(sequence, 1, operation);
        entry["removeOld"] = removeOld;
        if (state is not null)
        {
            entry["state"] = state.DeepClone();
        }
        if (deleteOld is not null)
        {
            entry["deleteOld"] = deleteOld;
        }
        return entry;
    }

    public static JsonObject Failure(long sequence, long operation) => Entry(sequence, 2, operation);

    public static JsonObject Entry(long sequence, int kind, long operation, params (string Name, JsonNode Value)[] more)
    {
        var entry = new JsonObject
        {
            ["version"] = 1,
            ["kind"] = kind,
            ["sequenceID"] = sequence,
            ["operationID"] = operation,
            ["removeOld"] = null,
            ["removeNew"] = null,
        };
        foreach (var (name, value) in more)
        {
            entry[name] = value;
        }
        return entry;
    }

    /// <summary>The two entries of a create.</summary>
    public static IReadOnlyList<JsonObject> Create(ref long sequence, ref long operation, string name)
    {
        operation++;
        return [Begin(++sequence, operation, "creating", Resource(name)), Success(++sequence, operation, Resource(name))];
    }

    /// <summary>A DeploymentV3.</summary>
    public static JsonObject Deployment(params IEnumerable<JsonObject> resources) =>
        new()
        {
            ["manifest"] = new JsonObject
            {
                ["time"] = "2026-01-01T00:00:00Z",
                ["magic"] = "",
                ["version"] = "",
            },
            ["secrets_providers"] = new JsonObject { ["type"] = "b64" },
            ["resources"] = new JsonArray([.. resources.Select(r => r.DeepClone())]),
            ["metadata"] = new JsonObject(),
        };

    /// <summary>An UntypedDeployment, as compact as the CLI writes it.</summary>
    public static string Untyped(JsonObject deployment) => $$"""{"version":3,"deployment":{{deployment.ToJsonString()}}}""";

    public static JsonObject Event(long sequence, string type = "stdoutEvent", JsonObject? payload = null) =>
        new()
        {
            ["sequence"] = sequence,
            ["timestamp"] = 1766000000,
            [type] = payload?.DeepClone() ?? new JsonObject { ["message"] = "line " + sequence, ["color"] = "raw" },
        };

    public static JsonObject Summary(long sequence, params (string Op, int Count)[] changes) =>
        Event(
            sequence,
            "summaryEvent",
            new JsonObject
            {
                ["maybeCorrupt"] = false,
                ["durationSeconds"] = 1,
                ["resourceChanges"] = new JsonObject(changes.Select(c => KeyValuePair.Create(c.Op, (JsonNode?)c.Count))),
                ["PolicyPacks"] = new JsonObject(),
                ["isPreview"] = false,
                ["result"] = "succeeded",
            }
        );

    /// <returns>The names of the resources of an exported state, in order.</returns>
    public static IReadOnlyList<string> Names(string state) => Names(JsonNode.Parse(state)!);

    /// <inheritdoc cref="Names(string)"/>
    public static IReadOnlyList<string> Names(JsonNode state) =>
        [.. (state["deployment"]?["resources"]?.AsArray() ?? []).Select(r => r!["urn"]!.GetValue<string>().Split("::")[^1])];

    /// <returns><c>creating a</c>, … of an exported state.</returns>
    public static IReadOnlyList<string> Pending(string state) =>
        [
            .. (JsonNode.Parse(state)!["deployment"]?["pending_operations"]?.AsArray() ?? []).Select(o =>
                $"{o!["type"]} {o["resource"]!["urn"]!.GetValue<string>().Split("::")[^1]}"
            ),
        ];
}
