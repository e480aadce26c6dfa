using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Api;

namespace Cli.Providers;

/// <summary>Calls to services that say who one is and keep keys: small requests, small answers.</summary>
internal sealed class Answers(Machine machine, Trust? trust = null)
{
    private static readonly TimeSpan NearBy = TimeSpan.FromSeconds(1);

    /// <param name="isThrottled">Whether an answer asks for patience with a status that others use otherwise.</param>
    public async Task<Answer> Send(Func<HttpRequestMessage> make, CancellationToken ct, Func<HttpResponseMessage, bool>? isThrottled = null)
    {
        using var first = make();
        using var transport = Transport(first.RequestUri!, isThrottled);
        using var response = await transport.Send(make, repeat: true, ct);
        return new(response.StatusCode, await response.Content.ReadAsByteArrayAsync(ct));
    }

    /// <summary>Asks the machine that we may run on for what it knows of itself.</summary>
    /// <returns>Null when nobody answers: then we run elsewhere.</returns>
    public async Task<Answer?> Ask(Func<HttpRequestMessage> make, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(NearBy);
        try
        {
            using var invoker = new HttpMessageInvoker(machine.Http(new HttpRoute(Trust.Usual, Direct: true)));
            using var response = await invoker.SendAsync(make(), patience.Token);
            return new(response.StatusCode, await response.Content.ReadAsByteArrayAsync(patience.Token));
        }
        catch (Exception problem)
            when (problem is HttpRequestException or IOException || (problem is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }

    private Transport Transport(Uri address, Func<HttpResponseMessage, bool>? isThrottled) =>
        new(machine, new HttpRoute(trust ?? Trust.Usual, Direct: address.IsLoopback))
        {
            Follows = false,
            IsThrottled = isThrottled ?? (_ => false),
        };
}

internal sealed record Answer(HttpStatusCode Status, byte[] Body)
{
    public bool IsGood => (int)Status is >= 200 and < 300;

    public string Written => Encoding.UTF8.GetString(Body);

    /// <returns>Empty when it is something else.</returns>
    public JsonObject Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(Body) as JsonObject ?? [];
            }
            catch (JsonException)
            {
                return [];
            }
        }
    }

    public string? this[string member] => Json[member] is JsonValue value ? value.ToString() : null;

    /// <summary>What it says of a failure, however it is written.</summary>
    public string Fault
    {
        get
        {
            var json = Json;
            var error = json["error"];
            var said =
                Text((error as JsonObject)?["message"])
                ?? Text(json["error_description"])
                ?? Text(json["message"])
                ?? Text(json["Message"])
                ?? (error is JsonValue ? error.ToString() : null);
            var text = said ?? (Body.Length is > 0 and < 1_000 ? Written.Trim() : "");
            return text.Length > 0 ? $"{(int)Status}: {text.ReplaceLineEndings(" ")}" : $"{(int)Status} {Status}";
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value ? value.ToString() : null;
}
