using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Cli.Tests.Support.Clouds;

/// <summary>Azure Blob Storage: an account's key, a shared access signature or a token opens it; conditions are kept, listings have pages.</summary>
internal sealed class AzureServer : LoopbackServer
{
    public const string Account = "devstore";
    public static readonly string Key = Convert.ToBase64String(Encoding.ASCII.GetBytes("a key of this test's own"));
    public const string SignedQuery = "sv=2021-08-06&ss=b&sig=abc%2Bdef%3D";

    public string Container { get; init; } = "states";
    public Blobs Blobs { get; } = new();

    /// <summary>A token that opens it, too.</summary>
    public string? Token { get; set; }

    protected override async Task Answer(HttpContext http, string target, byte[] body)
    {
        var (path, query) = Split(target);
        http.Request.Headers["x-ms-version"].ToString().ShouldNotBeEmpty();
        if (!IsAuthorized(http.Request, path, query, body.Length))
        {
            Complaints.Enqueue($"{http.Request.Method} {target}: {http.Request.Headers.Authorization}");
            await Error(http, 403, "AuthenticationFailed", "Server failed to authenticate the request.\nRequestId:1");
            return;
        }
        var root = $"/{Account}/{Container}";
        if (path == root)
        {
            await List(http, query);
        }
        else if (path.StartsWith(root + "/", StringComparison.Ordinal))
        {
            await Blob(http, Uri.UnescapeDataString(path[(root.Length + 1)..]), body);
        }
        else
        {
            await Error(http, 404, "ContainerNotFound", "The specified container does not exist.\nRequestId:1");
        }
    }

    private async Task Blob(HttpContext http, string key, byte[] body)
    {
        switch (http.Request.Method)
        {
            case "GET" when Blobs.Read(key) is { } content:
                await http.Response.Body.WriteAsync(content);
                break;
            case "PUT":
                http.Request.Headers["x-ms-blob-type"].ToString().ShouldBe("BlockBlob");
                if (http.Request.Headers.IfNoneMatch != "*")
                {
                    Blobs.Write(key, body);
                }
                else if (!Blobs.Create(key, body))
                {
                    await Error(http, 409, "BlobAlreadyExists", "The specified blob already exists.");
                    break;
                }
                http.Response.StatusCode = 201;
                break;
            case "DELETE" when Blobs.Delete(key):
                http.Response.StatusCode = 202;
                break;
            default:
                await Error(http, 404, "BlobNotFound", "The specified blob does not exist.");
                break;
        }
    }

    private async Task List(HttpContext http, IReadOnlyDictionary<string, string> query)
    {
        (query["restype"], query["comp"]).ShouldBe(("container", "list"));
        var (page, next) = Blobs.List(query["prefix"], query.GetValueOrDefault("marker"));
        var blobs = page.Select(item =>
            $"<Blob><Name>{item.Key}</Name><Properties><Last-Modified>{item.Modified.ToString("r", CultureInfo.InvariantCulture)}</Last-Modified></Properties></Blob>"
        );
        await Write(
            http,
            200,
            $"\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>{string.Concat(blobs)}</Blobs><NextMarker>{next}</NextMarker></EnumerationResults>"
        );
    }

    private static Task Error(HttpContext http, int status, string code, string message) =>
        Write(
            http,
            status,
            $"\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
        );

    private bool IsAuthorized(HttpRequest request, string path, IReadOnlyDictionary<string, string> query, int length)
    {
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith("SharedKey ", StringComparison.Ordinal)
                ? authorization == $"SharedKey {Account}:{Signature(request, path, query, length)}"
            : authorization.Length > 0 ? Token is not null && authorization == "Bearer " + Token
            : query.GetValueOrDefault("sig") == "abc+def=";
    }

    // https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
    private static string Signature(HttpRequest request, string path, IReadOnlyDictionary<string, string> query, int length)
    {
        string Header(string name) => request.Headers[name].ToString();
        var text = new StringBuilder(request.Method).Append('\n');
        text.Append(Header("Content-Encoding")).Append('\n').Append(Header("Content-Language")).Append('\n');
        text.Append(length == 0 ? "" : length.ToString(CultureInfo.InvariantCulture)).Append('\n');
        text.Append(Header("Content-MD5")).Append('\n').Append(Header("Content-Type")).Append('\n').Append(Header("Date")).Append('\n');
        text.Append(Header("If-Modified-Since"))
            .Append('\n')
            .Append(Header("If-Match"))
            .Append('\n')
            .Append(Header("If-None-Match"))
            .Append('\n');
        text.Append(Header("If-Unmodified-Since")).Append('\n').Append(Header("Range")).Append('\n');
        foreach (
            var name in request
                .Headers.Keys.Select(key => key.ToLowerInvariant())
                .Where(key => key.StartsWith("x-ms-", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            text.Append(name).Append(':').Append(Header(name)).Append('\n');
        }
        text.Append('/').Append(Account).Append(path);
        foreach (var (name, value) in query.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append('\n').Append(name).Append(':').Append(value);
        }
        return Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Key), Encoding.UTF8.GetBytes(text.ToString())));
    }
}
