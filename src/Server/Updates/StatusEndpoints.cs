using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Server.Auth;
using Server.Http;
using Server.Stacks;
using Server.Updates.Events;
using Wire;

namespace Server.Updates;

/// <summary>GET …/update/{updateID}, which <c>pulumi stack import</c> polls, and POST …/log, with which clients of old filled it.</summary>
public static class StatusEndpoints
{
    /// <summary>Clients ask again at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static void MapStatus(this IEndpointRouteBuilder routes)
    {
        routes.MapUpdate("GET", "", Read, r => r.RequireStack(Permission.StackRead));
        routes.MapUpdate("POST", "/log", Append, r => r.RequireLease());
    }

    private static async Task<UpdateResults> Read(HttpContext http, UpdateStore updates, EventStore events, CancellationToken ct)
    {
        var token = http.Request.Query["continuationToken"].ToString();
        var from = From(token);
        var (begun, patience) = (Stopwatch.GetTimestamp(), token.Length > 0 ? Patience : TimeSpan.Zero);
        while (true)
        {
            var update = await http.FindUpdate(updates, ct);
            var lines = await events.Lines(update.Id, from, ct);
            if (update.IsOver || lines.Count > 0 || Stopwatch.GetElapsedTime(begun) >= patience)
            {
                var next = lines.Count > 0 ? lines[^1].Ordinal + 1 : from;
                return new(
                    update.Status == UpdateStatus.Ending ? UpdateStatus.Running : update.Status,
                    [.. lines.Select(OnWire)],
                    update.IsOver && lines.Count < EventStore.LinesAtOnce ? null : next.ToString(CultureInfo.InvariantCulture)
                );
            }
            await Task.Delay(Look, ct);
        }
    }

    private static async Task<IResult> Append(
        HttpContext http,
        Body<UpdateLogRequest> body,
        UpdateStore updates,
        EventStore events,
        CancellationToken ct
    )
    {
        if (body.Value.Kind is not ("stdout" or "stderr"))
        {
            throw ApiException.BadRequest($"'{body.Value.Kind}' is not a kind of lines; it is stdout or stderr.");
        }
        var fields = JsonSerializer.Serialize(body.Value.Fields ?? [], WireJson.Default.DictionaryStringJsonElement);
        return await events.AppendLine(http.UpdateId(), http.Lease(), body.Value.Kind, fields, ct)
            ? Results.NoContent()
            : throw await updates.Refused(http.UpdateId(), http.Lease(), "log", journal: null, ct);
    }

    private static UpdateLogLine OnWire(LineRow line) =>
        new(
            line.Ordinal.ToString(CultureInfo.InvariantCulture),
            line.Kind,
            JsonSerializer.Deserialize(line.Fields, WireJson.Default.DictionaryStringJsonElement)!
        );

    private static long From(string token) =>
        token.Length == 0 ? 0
        : long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var from) ? from
        : throw ApiException.BadRequest("The continuationToken is not one that this update has given out.");
}
