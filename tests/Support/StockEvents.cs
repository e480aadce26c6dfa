using System.Text.Json.Nodes;

namespace Support;

/// <summary>What an engine tells of resources while it runs, a second apart.</summary>
public static class StockEvents
{
    public const long Start = 1766000000;

    public static JsonObject Begin(
        long sequence,
        string op,
        string name,
        string? old = null,
        string? now = null,
        string? detailed = null
    ) => At(sequence, "resourcePreEvent", Metadata(op, name, old, now, detailed));

    public static JsonObject End(long sequence, string op, string name, string? old = null, string? now = null, string? detailed = null) =>
        At(sequence, "resOutputsEvent", Metadata(op, name, old, now, detailed));

    public static JsonObject Failed(long sequence, string op, string name, string? old = null, string? now = null)
    {
        var payload = Metadata(op, name, old, now, null);
        (payload["status"], payload["steps"]) = (0, 1);
        return At(sequence, "resOpFailedEvent", payload);
    }

    public static JsonObject Said(long sequence, string severity, string message, string? urn = null)
    {
        var payload = new JsonObject
        {
            ["message"] = message,
            ["color"] = "raw",
            ["severity"] = severity,
        };
        if (urn is not null)
        {
            payload["urn"] = urn;
        }
        return At(sequence, "diagnosticEvent", payload);
    }

    private static JsonObject At(long sequence, string type, JsonObject payload)
    {
        var e = Stock.Event(sequence, type, payload);
        e["timestamp"] = Start + sequence;
        return e;
    }

    private static JsonObject Metadata(string op, string name, string? old, string? now, string? detailed) =>
        new()
        {
            ["metadata"] = new JsonObject
            {
                ["op"] = op,
                ["urn"] = Stock.Urn(name),
                ["type"] = "web:index:Thing",
                ["old"] = State(name, old),
                ["new"] = State(name, now),
                ["detailedDiff"] = detailed is null ? null : JsonNode.Parse(detailed),
                ["logical"] = true,
                ["provider"] = "urn:pulumi:dev::web::pulumi:providers:web::default::04da6b54-80e4-46f7-96ec-b56ff0331ba9",
            },
        };

    /// <param name="properties"><c>{"inputs":{…},"outputs":{…}}</c>.</param>
    private static JsonObject? State(string name, string? properties)
    {
        if (properties is null)
        {
            return null;
        }
        var state = JsonNode.Parse(properties)!.AsObject();
        (state["type"], state["urn"], state["custom"]) = ("web:index:Thing", Stock.Urn(name), true);
        (state["id"], state["parent"]) = (name + "-id", "");
        return state;
    }
}
