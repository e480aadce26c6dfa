using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Support;

/// <summary>An OpenID Connect provider on a loopback port: publishes its keys, and signs whatever a test wants signed.</summary>
public sealed class TokenIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TokenIssuer(WebApplication app, string url) => (_app, Url) = (app, url);

    public string Url { get; }
    public RSA Key { get; private set; } = RSA.Create(2048);
    public string KeyId { get; private set; } = "one";

    /// <summary>How often its keys were asked for.</summary>
    public int Fetches { get; private set; }

    public bool Down { get; set; }

    /// <summary>What it calls itself, if not its address.</summary>
    public string? Issuer { get; set; }

    public static async Task<TokenIssuer> Start()
    {
        var url = $"http://127.0.0.1:{TestServer.FreePort()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(url);
        var provider = new TokenIssuer(app, url);
        app.MapGet("/.well-known/openid-configuration", () => provider.Configuration());
        app.MapGet("/keys", () => provider.Published());
        app.MapGet("/elsewhere/.well-known/openid-configuration", () => Results.Redirect(url + "/.well-known/openid-configuration"));
        await app.StartAsync();
        return provider;
    }

    public void RotateKey(string keyId) => (Key, KeyId) = (RSA.Create(2048), keyId);

    public JsonObject KeySet
    {
        get
        {
            var key = Key.ExportParameters(includePrivateParameters: false);
            return new()
            {
                ["keys"] = new JsonArray(
                    new JsonObject
                    {
                        ["kty"] = "RSA",
                        ["use"] = "sig",
                        ["kid"] = KeyId,
                        ["n"] = Base64Url(key.Modulus!),
                        ["e"] = Base64Url(key.Exponent!),
                    }
                ),
            };
        }
    }

    /// <summary>Claims as GitHub Actions has them, for a run of <c>acme/shop</c> on its main branch.</summary>
    public JsonObject GitHubClaims(DateTimeOffset now, string audience) =>
        new()
        {
            ["jti"] = Guid.NewGuid().ToString(),
            ["sub"] = "repo:acme/shop:ref:refs/heads/main",
            ["aud"] = audience,
            ["ref"] = "refs/heads/main",
            ["repository"] = "acme/shop",
            ["repository_owner"] = "acme",
            ["run_id"] = "4711",
            ["run_attempt"] = "1",
            ["actor"] = "ann",
            ["workflow"] = "deploy",
            ["event_name"] = "push",
            ["job_workflow_ref"] = "acme/shop/.github/workflows/deploy.yml@refs/heads/main",
            ["runner_environment"] = "github-hosted",
            ["iss"] = Issuer ?? Url,
            ["nbf"] = now.AddMinutes(-10).ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        };

    public string Sign(JsonObject claims, JsonObject? header = null) =>
        Token(
            header
                ?? new JsonObject
                {
                    ["alg"] = "RS256",
                    ["typ"] = "JWT",
                    ["kid"] = KeyId,
                },
            claims,
            bytes => Key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        );

    public static string Token(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var signed =
            Base64Url(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + Base64Url(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        return signed + "." + Base64Url(sign(Encoding.ASCII.GetBytes(signed)));
    }

    public static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Key.Dispose();
    }

    private IResult Configuration() =>
        Down ? Results.StatusCode(503) : Json(new JsonObject { ["issuer"] = Issuer ?? Url, ["jwks_uri"] = Url + "/keys" });

    private IResult Published()
    {
        Fetches++;
        return Down ? Results.StatusCode(503) : Json(KeySet);
    }

    private static IResult Json(JsonObject body) => Results.Text(body.ToJsonString(), "application/json");
}
