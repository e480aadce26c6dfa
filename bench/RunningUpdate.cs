using System.IO.Compression;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Bench;

/// <summary>An update that has been started, and the requests that it can send.</summary>
internal sealed class RunningUpdate
{
    private readonly string _address;
    private readonly string _lease;

    private RunningUpdate(string address, string lease, bool journals) => (_address, _lease, Journals) = (address, lease, journals);

    /// <summary>The server has asked for journal entries.</summary>
    public bool Journals { get; }

    /// <param name="state">What the stack has before; null is nothing.</param>
    public static async Task<RunningUpdate> Begin(HttpClient client, string stack, byte[]? state)
    {
        (await client.PostAsJsonAsync("/api/stacks/ann/bench", new JsonObject { ["stackName"] = stack })).EnsureSuccessStatusCode();
        var address = "/api/stacks/ann/bench/" + stack;
        if (state is not null)
        {
            (await client.PostAsync(address + "/import", new ByteArrayContent(state))).EnsureSuccessStatusCode();
        }
        var id = (await Json(client, address + "/update", new JsonObject { ["options"] = new JsonObject { ["dryRun"] = false } }))[
            "updateID"
        ];
        var started = await Json(client, $"{address}/update/{id}", new JsonObject { ["journalVersion"] = 1 });
        return new($"{address}/update/{id}", started["token"]!.GetValue<string>(), started["journalVersion"] is not null);
    }

    /// <summary>Entries of creates, of which each batch of the stock CLI has up to eight.</summary>
    public byte[] Journal(int entries, int from)
    {
        var body = new StringBuilder("{\"entries\":[");
        for (var i = from; i < from + entries; i++)
        {
            body.Append(i > from ? "," : "");
            body.Append($$"""{"version":1,"kind":1,"sequenceID":{{i}},"operationID":{{i}},"removeOld":null,"removeNew":null,"state":""");
            body.Append(Encoding.UTF8.GetString(SampleState.Resource(i, 0))).Append('}');
        }
        return Request("PATCH", "journalentries", Encoding.UTF8.GetBytes(body.Append("]}").ToString()));
    }

    public byte[] Verbatim(byte[] text, int sequence) =>
        Request(
            "PATCH",
            "checkpointverbatim",
            [.. """{"version":3,"untypedDeployment":"""u8, .. text, .. Encoding.UTF8.GetBytes($",\"sequenceNumber\":{sequence}}}")]
        );

    /// <summary>Changes a few bytes in the middle, as a resource that has changed does.</summary>
    public byte[] Delta(byte[] text, int sequence, out byte[] result)
    {
        var at = text.AsSpan(text.Length / 2).IndexOf("\"created\""u8) is var found and > 0
            ? text.Length / 2 + found
            : text.AsSpan().IndexOf("\"urn\""u8);
        result = [.. text.AsSpan(0, at), .. "\"x\":1,"u8, .. text.AsSpan(at)];
        var place = $$$"""{"line":1,"column":1,"offset":{{{at}}} }""";
        var body =
            $$$"""{"version":3,"checkpointHash":"{{{Convert.ToHexStringLower(SHA256.HashData(result))}}}","sequenceNumber":{{{sequence}}},"""
            + $$$""" "deploymentDelta":[{"Span":{"uri":"","start":{{{place}}},"end":{{{place}}} },"NewText":"\"x\":1,"}]}""";
        return Request("PATCH", "checkpointdelta", Encoding.UTF8.GetBytes(body));
    }

    public byte[] Delta(byte[] text, byte[] next, int sequence) =>
        Request("PATCH", "checkpointdelta", SampleState.Delta(text, next, sequence));

    public byte[] Events(byte[] body) => Request("POST", "events/batch", body);

    public byte[] Complete() => Request("POST", "complete", """{"status":"succeeded"}"""u8.ToArray());

    private byte[] Request(string method, string call, byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body);
        }
        var head =
            $"{method} {_address}/{call} HTTP/1.1\r\nHost: 127.0.0.1:18099\r\nAuthorization: update-token {_lease}\r\nContent-Type: application/json\r\n"
            + $"Content-Encoding: gzip\r\nAccept: application/vnd.pulumi+9\r\nContent-Length: {packed.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. packed.ToArray()];
    }

    private static async Task<JsonNode> Json(HttpClient client, string address, JsonObject body)
    {
        var answer = await client.PostAsJsonAsync(address, body);
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }
}

/// <summary>A bare connection, so that the client takes as little as possible of the processors that it shares with the server.</summary>
internal sealed class Wire : IDisposable
{
    private static readonly byte[] Accepted = "HTTP/1.1 20"u8.ToArray(); // 204, or 200 without a body

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _answer = new byte[4096];

    public static async Task<Wire> Connect(Uri address)
    {
        var wire = new Wire();
        await wire._socket.ConnectAsync(address.Host, address.Port);
        return wire;
    }

    /// <summary>Waits for the 204, whose end is an empty line.</summary>
    public async Task Send(ReadOnlyMemory<byte> request)
    {
        while (request.Length > 0)
        {
            request = request[await _socket.SendAsync(request)..];
        }
        var length = 0;
        while (!_answer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            length += await _socket.ReceiveAsync(_answer.AsMemory(length));
        }
        if (!_answer.AsSpan().StartsWith(Accepted))
        {
            throw new InvalidOperationException(Encoding.UTF8.GetString(_answer, 0, length));
        }
    }

    public void Dispose() => _socket.Dispose();
}
