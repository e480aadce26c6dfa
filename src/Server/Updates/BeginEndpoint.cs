using System.Buffers;
using System.Text.Json;
using Server.Auth;
using Server.Http;
using Server.Stacks;
using Server.State;
using Wire;

namespace Server.Updates;

/// <summary>POST /api/stacks/{org}/{project}/{stack}/begin-update: create, start, the stack and its state in one answer.</summary>
public static class BeginEndpoint
{
    /// <summary>Nothing was asked before from which the distance could be told; better too far than too near.</summary>
    private static readonly TimeSpan UnknownRoundTrip = TimeSpan.FromMilliseconds(50);

    private static readonly string[] Kinds = [.. UpdateKind.Runs, UpdateKind.ResourceImport];

    public static void MapBeginUpdate(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost(StackAccess.Route + "/begin-update", Begin)
            .RequireStack(Permission.StackWrite)
            .LimitBody(CreateEndpoints.LargestBody);

    private static async Task Begin(
        HttpContext http,
        Body<BeginUpdateRequest> body,
        UpdateStore updates,
        Starting starting,
        StackStore stacks,
        StackView view,
        StateStore states,
        CancellationToken ct
    )
    {
        var request = body.Value;
        if (!Kinds.Contains(request.UpdateKind))
        {
            throw ApiException.BadRequest($"'{request.UpdateKind}' is not a kind of updates; it is one of: {string.Join(", ", Kinds)}.");
        }
        var tags = request.Tags is { } given ? StackTags.Check(given!) : null;
        var program = request.Program ?? throw ApiException.BadRequest("The program is missing.");
        var created = await CreateEndpoints.Create(http, request.UpdateKind!, program, updates, ct);
        var started = await starting.Start(
            http.Stack(),
            created.UpdateID,
            tags,
            request.JournalVersion,
            Client.Of(http),
            RoundTrip.Of(http) ?? UnknownRoundTrip,
            ct
        );
        // Whoever has the lease has the state to itself; a preview sees what there was when it began.
        var stack = await stacks.FindById(http.Stack().Id, ct) ?? http.Stack();
        var state = await states.Latest(stack.Id, ct);
        using var text = state is null ? null : await states.Read(state, ct);
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(Answer(started, created, await view.Of(stack, ct), text?.Memory ?? StateStore.Empty), ct);
    }

    private static ReadOnlyMemory<byte> Answer(
        Started started,
        CreateUpdateResponse created,
        StackResponse stack,
        ReadOnlyMemory<byte> state
    )
    {
        var answer = new ArrayBufferWriter<byte>(state.Length + 4096);
        using var json = new Utf8JsonWriter(answer);
        json.WriteStartObject();
        foreach (
            var part in new[]
            {
                Part(RunEndpoints.OnWire(started), WireJson.Default.StartUpdateResponse),
                Part(created, WireJson.Default.CreateUpdateResponse),
            }
        )
        {
            foreach (var member in part.EnumerateObject())
            {
                member.WriteTo(json);
            }
        }
        json.WritePropertyName("deployment");
        json.WriteRawValue(state.Span, skipInputValidation: true);
        json.WritePropertyName("stack");
        JsonSerializer.Serialize(json, stack, WireJson.Default.StackResponse);
        json.WriteEndObject();
        json.Flush();
        return answer.WrittenMemory;
    }

    private static JsonElement Part<T>(T part, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.SerializeToElement(part, type);
}
