using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Cli.Tests.Support.Clouds;

/// <summary>
/// Four key services in one, each by its documents: AWS KMS, Azure Key Vault, Google Cloud KMS, Vault transit. A key "encrypts" by turning the bytes
/// around behind its name.
/// </summary>
internal sealed class KeyServer : LoopbackServer
{
    public const string Token = "bearer-1";
    public const string VaultToken = "hvs.1";
    private int _throttles;

    /// <summary>How often AWS asks for patience first.</summary>
    public int Throttles
    {
        set => _throttles = value;
    }

    /// <summary>What is kept of a data key that a key of this name wrapped.</summary>
    public static byte[] Wrapped(string key, byte[] plain) => [.. Encoding.UTF8.GetBytes(key + "\n"), .. plain.Reverse()];

    protected override async Task Answer(HttpContext http, string target, byte[] body)
    {
        var (path, query) = Split(target);
        if (path == "/t/oauth2/v2.0/token")
        {
            Encoding.UTF8.GetString(body).ShouldContain("scope=https%3A%2F%2Fvault.azure.net%2F.default");
            await Json(http, 200, new() { ["access_token"] = Token, ["expires_in"] = 3600 });
            return;
        }
        http.Request.Method.ShouldBe("POST");
        var question = JsonNode.Parse(body)!.AsObject();
        await (
            http.Request.Headers.ContainsKey("X-Amz-Target") ? Aws(http, target, question, body)
            : path.StartsWith("/keys/", StringComparison.Ordinal) ? Azure(http, path, query, question)
            : path.StartsWith("/v1/projects/", StringComparison.Ordinal) ? Google(http, path, question)
            : Vault(http, path, question)
        );
    }

    private async Task Aws(HttpContext http, string target, JsonObject question, byte[] body)
    {
        var check = SignatureCheck.Of(http.Request, "/", target, body);
        http.Request.ContentType.ShouldBe("application/x-amz-json-1.1");
        if (check?.Matches(S3Server.Secret) != true || check.Service != "kms" || !check.Signs("host", "x-amz-date", "x-amz-target"))
        {
            await Json(http, 400, new() { ["__type"] = "InvalidSignatureException", ["message"] = "The signature does not match." });
        }
        else if (Interlocked.Decrement(ref _throttles) >= 0)
        {
            await Json(http, 400, new() { ["__type"] = "ThrottlingException", ["message"] = "Rate exceeded" });
        }
        else if (http.Request.Headers["X-Amz-Target"] == "TrentService.Encrypt")
        {
            var wrapped = Wrapped(
                question["KeyId"]!.ToString() + question["EncryptionContext"]?.ToJsonString(),
                Plain(question["Plaintext"])
            );
            await Json(http, 200, new() { ["KeyId"] = "k", ["CiphertextBlob"] = Convert.ToBase64String(wrapped) });
        }
        else
        {
            http.Request.Headers["X-Amz-Target"].ToString().ShouldBe("TrentService.Decrypt");
            question.ContainsKey("KeyId").ShouldBeFalse();
            var (key, plain) = Unwrapped(Plain(question["CiphertextBlob"]));
            var isKnown = key.EndsWith(question["EncryptionContext"]?.ToJsonString() ?? "", StringComparison.Ordinal);
            await (
                isKnown
                    ? Json(http, 200, new() { ["KeyId"] = "k", ["Plaintext"] = Convert.ToBase64String(plain) })
                    : Json(http, 400, new() { ["__type"] = "InvalidCiphertextException" })
            );
        }
    }

    private static Task Azure(HttpContext http, string path, IReadOnlyDictionary<string, string> query, JsonObject question)
    {
        query["api-version"].ShouldBe("7.4");
        var action = path.Split('/')[^1];
        var name = path[..path.LastIndexOf('/')];
        if (http.Request.Headers.Authorization != "Bearer " + Token || question["alg"]!.ToString() != "RSA-OAEP-256")
        {
            return Json(
                http,
                403,
                new()
                {
                    ["error"] = new JsonObject { ["code"] = "Forbidden", ["message"] = "Caller is not authorized" },
                }
            );
        }
        var value = Base64Url.DecodeFromChars(question["value"]!.ToString());
        return Json(
            http,
            200,
            new()
            {
                ["kid"] = $"https://my-vault.vault.azure.net{name}/1",
                ["value"] = Base64Url.EncodeToString(action == "encrypt" ? Wrapped(name, value) : Unwrapped(value, name)),
            }
        );
    }

    private static Task Google(HttpContext http, string path, JsonObject question)
    {
        var (name, action) = (path.Split(':')[0], path.Split(':')[1]);
        return http.Request.Headers.Authorization != "Bearer " + Token
                ? Json(http, 403, new() { ["error"] = new JsonObject { ["message"] = "Permission denied" } })
            : action == "encrypt"
                ? Json(
                    http,
                    200,
                    new() { ["name"] = name, ["ciphertext"] = Convert.ToBase64String(Wrapped(name, Plain(question["plaintext"]))) }
                )
            : Json(http, 200, new() { ["plaintext"] = Convert.ToBase64String(Unwrapped(Plain(question["ciphertext"]), name)) });
    }

    private static Task Vault(HttpContext http, string path, JsonObject question)
    {
        var parts = path.Split('/'); // /v1/<engine>/<action>/<key>
        if (http.Request.Headers["X-Vault-Token"] != VaultToken || parts[2] is not ("transit" or "other"))
        {
            return Json(http, 403, new() { ["errors"] = new JsonArray("permission denied") });
        }
        return parts[3] == "encrypt"
            ? Json(
                http,
                200,
                new()
                {
                    ["data"] = new JsonObject
                    {
                        ["ciphertext"] = "vault:v1:" + Convert.ToBase64String(Wrapped(parts[4], Plain(question["plaintext"]))),
                    },
                }
            )
            : Json(
                http,
                200,
                new()
                {
                    ["data"] = new JsonObject
                    {
                        ["plaintext"] = Convert.ToBase64String(
                            Unwrapped(Convert.FromBase64String(question["ciphertext"]!.ToString()["vault:v1:".Length..]), parts[4])
                        ),
                    },
                }
            );
    }

    private static byte[] Plain(JsonNode? text) => Convert.FromBase64String(text!.ToString());

    private static byte[] Unwrapped(byte[] wrapped, string key)
    {
        var (name, plain) = Unwrapped(wrapped);
        name.ShouldBe(key);
        return plain;
    }

    private static (string Key, byte[] Plain) Unwrapped(byte[] wrapped)
    {
        var end = Array.IndexOf(wrapped, (byte)'\n');
        return (Encoding.UTF8.GetString(wrapped[..end]), [.. wrapped[(end + 1)..].Reverse()]);
    }

    private static Task Json(HttpContext http, int status, JsonObject answer) =>
        Write(http, status, answer.ToJsonString(), "application/json");
}
