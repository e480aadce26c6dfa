using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Server.Outgoing;
using Server.Secrets;

namespace Server.Webhooks;

/// <summary>Sends one message to one webhook, and tells how it went.</summary>
public sealed class WebhookSender : IDisposable
{
    private const int LargestAnswer = 10 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly OwnerKeys _keys;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;

    public WebhookSender(OutgoingConnections connections, OwnerKeys keys, TimeProvider clock)
    {
        (_keys, _clock) = (keys, clock);
        _http = new(connections.Handler()) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new("Holdfast", null));
    }

    /// <param name="eventId">The same for every attempt and repetition.</param>
    public async Task<Delivery> Send(Webhook webhook, string eventId, string kind, string payload, CancellationToken ct)
    {
        using var request = await Request(webhook, eventId, kind, payload, ct);
        var delivery = new Delivery
        {
            Id = Guid.CreateVersion7().ToString(),
            WebhookId = webhook.Id,
            EventId = eventId,
            Kind = kind,
            Payload = payload,
            RequestUrl = webhook.PayloadUrl,
            RequestHeaders = Text(request.Headers, request.Content!.Headers),
            ResponseCode = 0,
            ResponseHeaders = "",
            ResponseBody = "",
            DurationMs = 0,
            CreatedMs = _clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(Patience);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            delivery = delivery with
            {
                ResponseCode = (int)answer.StatusCode,
                ResponseHeaders = Text(answer.Headers, answer.Content.Headers),
                ResponseBody = await Beginning(answer, patience.Token),
            };
        }
        catch (Exception failure)
            when (failure
                    is HttpRequestException
                        or IOException
                        or SocketException
                        or OperationCanceledException
                        or UriFormatException
                        or NotSupportedException
            )
        {
            ct.ThrowIfCancellationRequested();
            delivery = delivery with { ResponseCode = 0, ResponseBody = Reason(failure) };
        }
        return delivery with { DurationMs = (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds };
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpRequestMessage> Request(Webhook webhook, string eventId, string kind, string payload, CancellationToken ct)
    {
        var body = Encoding.UTF8.GetBytes(payload);
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.PayloadUrl) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("Pulumi-Webhook-ID", eventId);
        request.Headers.Add("Pulumi-Webhook-Kind", kind);
        if (webhook.Secret is { } sealedSecret)
        {
            var secret = await _keys.Decrypt(webhook.KeyOwnerId, sealedSecret, webhook.SecretPurpose, ct);
            request.Headers.Add("Pulumi-Webhook-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(secret, body)));
        }
        return request;
    }

    /// <summary>An answer can be endless; what is shown of it is not.</summary>
    private static async Task<string> Beginning(HttpResponseMessage answer, CancellationToken ct)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[LargestAnswer];
        var length = await stream.ReadAtLeastAsync(buffer, LargestAnswer, throwOnEndOfStream: false, ct);
        return Encoding.UTF8.GetString(buffer, 0, length).Replace('\0', '\uFFFD') + (length == LargestAnswer ? "…" : "");
    }

    private static string Text(HttpHeaders headers, HttpHeaders ofContent) =>
        string.Concat(headers.Concat(ofContent).Select(h => $"{h.Key}: {string.Join(", ", h.Value)}\r\n")).Replace('\0', '\uFFFD');

    /// <summary>Says what somebody outside would see, and not what the network here looks like.</summary>
    private static string Reason(Exception failure) =>
        (failure as PrivateAddressException ?? failure.InnerException as PrivateAddressException)?.Message
        ?? failure switch
        {
            OperationCanceledException => $"No answer within {Patience.TotalSeconds:0} seconds.",
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "There is no host of that name.",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "The host's certificate is not trusted.",
            _ => "The host could not be reached, or broke the connection off.",
        };
}
