using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.AspNetCore.Http;

namespace Cli.Tests.Support.Clouds;

/// <summary>Google Cloud Storage's JSON interface, and the token endpoint that checks a service account's signature.</summary>
internal sealed class GoogleServer : LoopbackServer
{
    private const string Token = "ya29.loopback";
    private readonly RSA _key = RSA.Create(2048);

    public string Bucket { get; init; } = "states";
    public Blobs Blobs { get; } = new();

    /// <summary>The time by which assertions are judged.</summary>
    public Func<DateTimeOffset> Now { get; init; } = () => DateTimeOffset.UtcNow;

    /// <summary>A credentials file of the service account that may use the bucket.</summary>
    public string Credentials =>
        new JsonObject
        {
            ["type"] = "service_account",
            ["project_id"] = "p",
            ["private_key_id"] = "kid-1",
            ["private_key"] = _key.ExportPkcs8PrivateKeyPem(),
            ["client_email"] = "state@p.iam.gserviceaccount.com",
            ["token_uri"] = $"{Address}token",
        }.ToJsonString();

    protected override async Task Answer(HttpContext http, string target, byte[] body)
    {
        var (path, query) = Split(target);
        if (path == "/token")
        {
            await Exchange(http, Encoding.UTF8.GetString(body));
        }
        else if (http.Request.Headers.Authorization != "Bearer " + Token)
        {
            Complaints.Enqueue($"{http.Request.Method} {target}: {http.Request.Headers.Authorization}");
            await Error(http, 401, "Invalid Credentials");
        }
        else if (path.Split("/b/")[^1].Split('/')[0] != Bucket)
        {
            await Error(http, 404, "The specified bucket does not exist.");
        }
        else if (path == $"/upload/storage/v1/b/{Bucket}/o")
        {
            await Upload(http, query, body);
        }
        else
        {
            var key = Uri.UnescapeDataString(path[$"/storage/v1/b/{Bucket}/o".Length..].TrimStart('/'));
            await (key.Length == 0 ? List(http, query) : Object(http, key, query));
        }
    }

    private async Task Object(HttpContext http, string key, IReadOnlyDictionary<string, string> query)
    {
        if (http.Request.Method == "DELETE" && Blobs.Delete(key))
        {
            http.Response.StatusCode = 204;
        }
        else if (http.Request.Method == "GET" && Blobs.Read(key) is { } content)
        {
            query["alt"].ShouldBe("media");
            await http.Response.Body.WriteAsync(content);
        }
        else
        {
            await Write(http, 404, $"No such object: {Bucket}/{key}", "text/html");
        }
    }

    private async Task Upload(HttpContext http, IReadOnlyDictionary<string, string> query, byte[] body)
    {
        (http.Request.Method, query["uploadType"]).ShouldBe(("POST", "media"));
        if (!query.ContainsKey("ifGenerationMatch"))
        {
            Blobs.Write(query["name"], body);
        }
        else if (query["ifGenerationMatch"] != "0" || !Blobs.Create(query["name"], body))
        {
            await Error(http, 412, "At least one of the pre-conditions you specified did not hold.");
            return;
        }
        await Write(http, 200, "{}", "application/json");
    }

    private async Task List(HttpContext http, IReadOnlyDictionary<string, string> query)
    {
        var (page, next) = Blobs.List(query["prefix"], query.GetValueOrDefault("pageToken"));
        var answer = new JsonObject();
        if (page.Count > 0)
        {
            answer["items"] = new JsonArray([
                .. page.Select(item => new JsonObject
                {
                    ["name"] = item.Key,
                    ["updated"] = item.Modified.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
                }),
            ]);
        }
        if (next is not null)
        {
            answer["nextPageToken"] = next;
        }
        await Write(http, 200, answer.ToJsonString(), "application/json");
    }

    private async Task Exchange(HttpContext http, string form)
    {
        var fields = HttpUtility.ParseQueryString(form);
        fields["grant_type"].ShouldBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
        if (Wrong(fields["assertion"] ?? "") is { } wrong)
        {
            Complaints.Enqueue("assertion: " + wrong);
            await Write(http, 400, $$"""{"error":"invalid_grant","error_description":"{{wrong}}"}""", "application/json");
            return;
        }
        await Write(http, 200, $$"""{"access_token":"{{Token}}","expires_in":3599,"token_type":"Bearer"}""", "application/json");
    }

    private string? Wrong(string assertion)
    {
        if (assertion.Split('.') is not [var header, var claims, var signature])
        {
            return "no JWT";
        }
        var signed = Encoding.ASCII.GetBytes($"{header}.{claims}");
        var head = JsonNode.Parse(Base64Url.DecodeFromChars(header))!;
        var body = JsonNode.Parse(Base64Url.DecodeFromChars(claims))!;
        var (issued, expires, now) = (body["iat"]!.GetValue<long>(), body["exp"]!.GetValue<long>(), Now().ToUnixTimeSeconds());
        return head["alg"]?.ToString() != "RS256" || head["kid"]?.ToString() != "kid-1" ? "Invalid header."
            : !_key.VerifyData(signed, Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                ? "Invalid JWT Signature."
            : body["iss"]?.ToString() != "state@p.iam.gserviceaccount.com" || body["aud"]?.ToString() != $"{Address}token"
                ? "Invalid issuer or audience."
            : issued > now || expires < now || expires - issued > 3600 ? "Invalid times."
            : string.IsNullOrEmpty(body["scope"]?.ToString()) ? "No scope."
            : null;
    }

    private static Task Error(HttpContext http, int status, string message) =>
        Write(http, status, $$$"""{"error":{"code":{{{status}}},"message":"{{{message}}}"}}""", "application/json");
}
