using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Cli.Tests.Support.Clouds;

/// <summary>S3: signatures of version 4 are computed again from what arrived, conditions are kept, listings have pages.</summary>
internal sealed class S3Server : LoopbackServer
{
    public const string KeyId = "AKIDLOOPBACK";
    public const string Secret = "wJalr/XUtn+FEMI";

    public string Bucket { get; init; } = "states";
    public string Region { get; set; } = "us-east-1";
    public Blobs Blobs { get; } = new();

    /// <summary>The token that requests have to carry; null is none.</summary>
    public string? SessionToken { get; set; }

    /// <summary>How the last write wanted to be encrypted.</summary>
    public string? Encryption { get; private set; }

    /// <summary>The names of all headers that came. Stores that imitate S3 refuse some of Amazon's own.</summary>
    public ConcurrentBag<string> Headers { get; } = [];

    /// <summary>Some stores answer conditions with 501.</summary>
    public bool KnowsConditions { get; set; } = true;

    protected override async Task Answer(HttpContext http, string target, byte[] body)
    {
        var (path, query) = Split(target);
        foreach (var header in http.Request.Headers)
        {
            Headers.Add(header.Key.ToLowerInvariant());
        }
        if (Refusal(http.Request, path, target, body) is { } refusal)
        {
            Complaints.Enqueue($"{http.Request.Method} {target}: {refusal.Code} {refusal.Detail}");
            if (refusal.Code == "AuthorizationHeaderMalformed")
            {
                http.Response.Headers["x-amz-bucket-region"] = Region;
            }
            await Error(http, refusal.Code == "AuthorizationHeaderMalformed" ? 400 : 403, refusal.Code, "The request is refused.");
            return;
        }
        var inHost = http.Request.Host.Host.StartsWith(Bucket + ".", StringComparison.Ordinal);
        if (!inHost && !path.StartsWith($"/{Bucket}/", StringComparison.Ordinal))
        {
            await Error(http, 404, "NoSuchBucket", "The specified bucket does not exist");
            return;
        }
        var key = Uri.UnescapeDataString(path[(inHost ? 1 : Bucket.Length + 2)..]);
        Encryption = http.Request.Headers["x-amz-server-side-encryption"].FirstOrDefault() ?? Encryption;
        await (key.Length == 0 ? List(http, query) : Object(http, key, body));
    }

    private async Task Object(HttpContext http, string key, byte[] body)
    {
        switch (http.Request.Method)
        {
            case "GET" when Blobs.Read(key) is { } content:
                await http.Response.Body.WriteAsync(content);
                break;
            case "GET":
                await Error(http, 404, "NoSuchKey", "The specified key does not exist.");
                break;
            case "PUT" when http.Request.Headers.IfNoneMatch == "*":
                if (!KnowsConditions)
                {
                    await Error(http, 501, "NotImplemented", "A header you provided implies functionality that is not implemented.");
                }
                else if (!Blobs.Create(key, body))
                {
                    await Error(http, 412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
                }
                break;
            case "PUT":
                Blobs.Write(key, body);
                break;
            case "DELETE":
                Blobs.Delete(key);
                http.Response.StatusCode = 204;
                break;
        }
    }

    private async Task List(HttpContext http, IReadOnlyDictionary<string, string> query)
    {
        query["list-type"].ShouldBe("2");
        query["encoding-type"].ShouldBe("url");
        var after = query.TryGetValue("continuation-token", out var token)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(token))
            : null;
        var (page, next) = Blobs.List(query["prefix"], after);
        var items = page.Select(item =>
            $"<Contents><Key>{Uri.EscapeDataString(item.Key)}</Key><LastModified>{item.Modified:yyyy-MM-ddTHH:mm:ss.fffZ}</LastModified><Size>1</Size></Contents>"
        );
        var more = next is null
            ? ""
            : $"<NextContinuationToken>{Convert.ToBase64String(Encoding.UTF8.GetBytes(next))}</NextContinuationToken>";
        await Write(
            http,
            200,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><EncodingType>url</EncodingType>"
                + $"<IsTruncated>{(next is null ? "false" : "true")}</IsTruncated>{more}{string.Concat(items)}</ListBucketResult>"
        );
    }

    private static Task Error(HttpContext http, int status, string code, string message) =>
        Write(http, status, $"<Error><Code>{code}</Code><Message>{message}</Message></Error>");

    private (string Code, string Detail)? Refusal(HttpRequest request, string path, string target, byte[] body)
    {
        var check = SignatureCheck.Of(request, path, target, body);
        return check is null ? ("AccessDenied", "no signature")
            : check.KeyId != KeyId ? ("InvalidAccessKeyId", check.KeyId)
            : check.Region != Region ? ("AuthorizationHeaderMalformed", check.Region)
            : check.Service != "s3" ? ("SignatureDoesNotMatch", check.Service)
            : request.Headers["x-amz-content-sha256"] != Convert.ToHexStringLower(SHA256.HashData(body)) ? ("XAmzContentSHA256Mismatch", "")
            : request.Headers["x-amz-security-token"].FirstOrDefault() != SessionToken ? ("InvalidToken", "")
            : !check.Matches(Secret) ? ("SignatureDoesNotMatch", check.Canonical)
            : !check.Signs("host", "x-amz-date", "x-amz-content-sha256") ? ("AccessDenied", "a header is not signed")
            : null;
    }
}
