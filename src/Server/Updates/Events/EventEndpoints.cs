using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Server.Auth;
using Server.Http;
using Server.Stacks;

namespace Server.Updates.Events;

/// <summary>What the engine tells while it runs.</summary>
public static class EventEndpoints
{
    private const int LargestBatch = 16 * BodyLimit.Mebibyte;

    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapUpdate("POST", "/events/batch", Append, r => r.RequireLease().SaveBody(LargestBatch));
        routes.MapUpdate("POST", "/events", Append, r => r.RequireLease().SaveBody(LargestBatch));
        routes.MapUpdate("GET", "/events", Read, r => r.RequireStack(Permission.StackRead));
    }

    private static async Task<IResult> Append(HttpContext http, EventStore events, UpdateStore updates, CancellationToken ct)
    {
        using var body = await SavedBody.Read(http, LargestBatch);
        var batch = EventBatch.Parse(body.Text);
        var (id, lease) = (http.UpdateId(), http.Lease());
        var stored =
            batch.Events.Count == 0
                ? await updates.Holds(id, lease, ct)
                : await events.Append(id, lease, batch.Range, body.Stored, batch.ResourceChanges, ct);
        return stored ? Results.Ok() : throw await updates.Refused(id, lease, "send events", journal: null, ct);
    }

    private static async Task Read(HttpContext http, UpdateStore updates, EventPage page, CancellationToken ct)
    {
        var update = await http.FindUpdate(updates, ct);
        var query = http.Request.Query;
        var types = query["type"].OfType<string>().Select(EventType.Parse).ToHashSet(StringComparer.Ordinal);
        var urn = query["urn"].ToString();
        var events = new ArrayBufferWriter<byte>();
        events.Write("{\"events\":["u8);
        var next = await page.Write(
            events,
            update.Id,
            From(query["continuationToken"]),
            running: !update.IsOver,
            e => e.Type.Length > 0 && (types.Count == 0 || types.Contains(e.Type)) && (urn.Length == 0 || IsAbout(e, urn)),
            ct
        );
        var token = next is null ? "null" : $"\"{next.Value.ToString(CultureInfo.InvariantCulture)}\"";
        events.Write(Encoding.ASCII.GetBytes($"],\"continuationToken\":{token}}}"));
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(events.WrittenMemory, ct);
    }

    private static long From(string? token) =>
        string.IsNullOrEmpty(token) ? 0
        : long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var from) ? from
        : throw ApiException.BadRequest("The continuationToken is not one that this list has given out.");

    private static bool IsAbout(EngineEvent e, string urn)
    {
        using var document = JsonDocument.Parse(e.Json, new() { MaxDepth = 1000 });
        var payload = document.RootElement.GetProperty(e.Type);
        return payload.ValueKind == JsonValueKind.Object
            && (
                Is(payload, "urn")
                || Is(payload, "resourceUrn")
                || (payload.TryGetProperty("metadata", out var metadata) && Is(metadata, "urn"))
            );

        bool Is(JsonElement place, string name) =>
            place.ValueKind == JsonValueKind.Object
            && place.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            && value.ValueEquals(urn);
    }
}
