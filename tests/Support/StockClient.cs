using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Support.Secrets;

namespace Support;

/// <summary>
/// Speaks to a server as the stock CLI does: its headers, which bodies it packs, which calls it repeats and after how long, and which of its two tokens
/// each carries. Waits are shortened by <see cref="Pace"/>.
/// </summary>
public sealed class StockClient(HttpClient http, string token) : IDisposable
{
    private static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)];

    /// <summary>How many times faster than the stock CLI it waits.</summary>
    public double Pace { get; init; } = 50;

    /// <summary>How often a call was sent again.</summary>
    public int Repeats { get; private set; }

    public static string Stack(string name) => "/api/stacks/" + name;

    public Task CreateStack(string name)
    {
        var parts = name.Split('/');
        return Json(HttpMethod.Post, $"/api/stacks/{parts[0]}/{parts[1]}", new JsonObject { ["stackName"] = parts[2] });
    }

    public Task<StockAnswer> Get(string path) => Send(new(HttpMethod.Get, path) { Retries = true });

    /// <summary>A plain body, under the user's token.</summary>
    public Task<StockAnswer> Post(string path, JsonNode? body, bool retries = false) =>
        Send(new(HttpMethod.Post, path) { Body = body?.ToJsonString(), Retries = retries });

    public Task<StockAnswer> Import(string stack, string deployment) =>
        Send(new(HttpMethod.Post, Stack(stack) + "/import") { Body = deployment, Packed = true });

    /// <exception cref="StockException">The answer was an error; the CLI would print it.</exception>
    public async Task<JsonNode> Json(HttpMethod method, string path, JsonNode? body = null) =>
        JsonNode.Parse((await Send(new(method, path) { Body = body?.ToJsonString(), Retries = method == HttpMethod.Get })).Expect().Text)!;

    public async Task<string> Export(string stack, long? version = null) =>
        (await Get(Stack(stack) + "/export" + (version is null ? "" : "/" + version))).Expect().Text;

    public async Task<StockAnswer> Send(StockRequest request)
    {
        for (var attempt = 0; ; attempt++)
        {
            StockAnswer? answer = null;
            try
            {
                answer = await Once(request);
                if ((int)answer.Status < 500 && answer.Status != HttpStatusCode.TooManyRequests)
                {
                    return answer;
                }
            }
            catch (HttpRequestException) when (request.Retries && attempt < Waits.Length)
            {
                // The connection failed: the request may or may not have been carried out.
            }
            if (!request.Retries || attempt == Waits.Length)
            {
                return answer ?? throw new InvalidOperationException("a call without an answer ends with its exception");
            }
            Repeats++;
            await Task.Delay(Waits[attempt] / Pace);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<StockAnswer> Once(StockRequest request)
    {
        using var message = new HttpRequestMessage(request.Method, request.Path);
        message.Headers.TryAddWithoutValidation("Accept", "application/vnd.pulumi+9");
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        message.Headers.TryAddWithoutValidation("User-Agent", "pulumi-cli/1 (v3.260.0; linux; cmd=up)");
        message.Headers.TryAddWithoutValidation("Authorization", request.Lease is { } lease ? $"update-token {lease()}" : $"token {token}");
        message.Content = new ByteArrayContent(Bytes(request));
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (request.Packed)
        {
            message.Content.Headers.ContentEncoding.Add("gzip");
        }
        using var answer = await http.SendAsync(message);
        var body = await answer.Content.ReadAsByteArrayAsync();
        var text = answer.Content.Headers.ContentEncoding.Contains("gzip") ? Unpack(body) : Encoding.UTF8.GetString(body);
        SecretsOnTheWire.Note(message, request.Body ?? "", answer, text);
        return new(answer.StatusCode, text);
    }

    private static byte[] Bytes(StockRequest request)
    {
        var plain = Encoding.UTF8.GetBytes(request.Body ?? "");
        return request.Packed ? Pack(plain) : plain;
    }

    public static byte[] Pack(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }
        return packed.ToArray();
    }

    private static string Unpack(byte[] packed)
    {
        using var plain = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        return reader.ReadToEnd();
    }
}

/// <param name="Path">As it is put into the request, unescaped.</param>
public sealed record StockRequest(HttpMethod Method, string Path)
{
    public string? Body { get; init; }
    public bool Packed { get; init; }

    /// <summary>The newest lease token at the time of sending; null sends the user's.</summary>
    public Func<string>? Lease { get; init; }

    public bool Retries { get; init; }
}

public sealed record StockAnswer(HttpStatusCode Status, string Text)
{
    /// <summary>What the CLI acts on.</summary>
    public int Code => (int)Status < 400 ? 0 : JsonNode.Parse(Text)?["code"]?.GetValue<int>() ?? 0;

    /// <summary>What the CLI prints.</summary>
    public string Message => (int)Status < 400 ? "" : JsonNode.Parse(Text)?["message"]?.GetValue<string>() ?? "";

    public JsonNode Json => JsonNode.Parse(Text)!;

    public StockAnswer Expect() => (int)Status < 400 ? this : throw new StockException(this);
}

/// <summary>An answer that ends a command.</summary>
public sealed class StockException(StockAnswer answer) : Exception($"[{answer.Code}] {answer.Text}")
{
    public StockAnswer Answer { get; } = answer;
}
