using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Cli.Api;

/// <summary>One request to a cloud.</summary>
/// <param name="Path">With its query, encoded.</param>
/// <param name="Retries">As in the stock CLI: reads, and what may be done twice.</param>
internal sealed record CloudCall(HttpMethod Method, string Path, bool Retries = false)
{
    public ReadOnlyMemory<byte>? Body { get; init; }
    public bool Gzip { get; init; }

    /// <summary>Of the text that this call changes: environments want it in a header of that name.</summary>
    public string? ETag { get; init; }

    public static CloudCall Get(string path) => new(HttpMethod.Get, path, Retries: true);

    public static CloudCall Post(string path, JsonNode? body, bool retries = false) =>
        new(HttpMethod.Post, path, retries) { Body = body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString()) };

    public static CloudCall Patch(string path, JsonNode body) =>
        new(HttpMethod.Patch, path) { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };

    public HttpContent Content(ReadOnlyMemory<byte> body)
    {
        var content = new ReadOnlyMemoryContent(Gzip ? Pack(body) : body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (Gzip)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }
        return content;
    }

    private static byte[] Pack(ReadOnlyMemory<byte> body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body.Span);
        }
        return packed.ToArray();
    }
}

/// <summary>An answer with what environments say in headers.</summary>
/// <param name="Revision">The number of an environment's revision.</param>
internal sealed record CloudAnswer(byte[] Body, string? ETag, long? Revision);
