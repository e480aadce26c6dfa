using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Support;

/// <summary>An OpenID Connect provider on loopback at which one person is signed in (authorization code with PKCE), and GitHub's endpoints beside it.</summary>
public sealed class LocalIdentityProvider : IAsyncDisposable
{
    public const string ClientId = "holdfast";
    public const string ClientSecret = "client secret of the tests";

    private static readonly RsaSecurityKey Key = new(RSA.Create(2048)) { KeyId = "test" };

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (string Challenge, string Nonce, string Redirect)> _codes = [];

    private LocalIdentityProvider(WebApplication app, string issuer) => (_app, Issuer) = (app, issuer);

    public string Issuer { get; }

    /// <summary>The person who is signed in there.</summary>
    public Dictionary<string, object> Person { get; } =
        new()
        {
            ["sub"] = "42",
            ["email"] = "ann@example.com",
            ["email_verified"] = true,
            ["preferred_username"] = "ann",
        };

    /// <summary>What the next tokens and answers say instead of the truth.</summary>
    public string? SaysIssuer { get; set; }
    public string? SaysNonce { get; set; }
    public string? SaysAudience { get; set; }
    public Func<DateTimeOffset> Now { get; set; } = () => DateTimeOffset.UtcNow;

    public static async Task<LocalIdentityProvider> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = TestServer.FreePort();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var provider = new LocalIdentityProvider(app, $"http://127.0.0.1:{port}");
        app.MapGet("/.well-known/openid-configuration", (RequestDelegate)provider.Discovery);
        app.MapGet("/jwks", (RequestDelegate)Keys);
        app.MapGet("/authorize", (RequestDelegate)provider.Authorize);
        app.MapGet("/login/oauth/authorize", (RequestDelegate)provider.Authorize);
        app.MapPost("/token", (RequestDelegate)provider.Token);
        app.MapPost("/login/oauth/access_token", (RequestDelegate)provider.Token);
        app.MapGet("/api/v3/user", (RequestDelegate)provider.GitHubUser);
        app.MapGet("/api/v3/user/emails", (RequestDelegate)provider.GitHubEmails);
        await app.StartAsync();
        return provider;
    }

    /// <summary>The person goes to the provider, who sends him back.</summary>
    /// <returns>The path on our server that the answer leads to.</returns>
    public static async Task<string> Visit(Uri address)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var answer = await client.GetAsync(address);
        answer.StatusCode.ShouldBeRedirect(await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.PathAndQuery;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task Discovery(HttpContext http) =>
        Write(
            http,
            new
            {
                issuer = Issuer,
                authorization_endpoint = Issuer + "/authorize",
                token_endpoint = Issuer + "/token",
                jwks_uri = Issuer + "/jwks",
                response_types_supported = new[] { "code" },
                subject_types_supported = new[] { "public" },
                id_token_signing_alg_values_supported = new[] { "RS256" },
            }
        );

    private static Task Keys(HttpContext http)
    {
        var key = Key.Rsa.ExportParameters(includePrivateParameters: false);
        return Write(
            http,
            new
            {
                keys = new[]
                {
                    new
                    {
                        kty = "RSA",
                        use = "sig",
                        kid = Key.KeyId,
                        alg = "RS256",
                        n = WebEncoders.Base64UrlEncode(key.Modulus!),
                        e = WebEncoders.Base64UrlEncode(key.Exponent!),
                    },
                },
            }
        );
    }

    private Task Authorize(HttpContext http)
    {
        var asked = http.Request.Query;
        if (asked["client_id"] != ClientId || asked["code_challenge_method"] != "S256" || asked["response_type"] != "code")
        {
            http.Response.StatusCode = 400;
            return http.Response.WriteAsync("not a request with PKCE: " + http.Request.QueryString);
        }
        var code = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        _codes[code] = (asked["code_challenge"]!, asked["nonce"].ToString(), asked["redirect_uri"]!);
        http.Response.Redirect(
            QueryHelpers.AddQueryString(
                asked["redirect_uri"]!,
                new Dictionary<string, string?>
                {
                    ["code"] = code,
                    ["state"] = asked["state"],
                    ["iss"] = SaysIssuer ?? Issuer,
                }
            )
        );
        return Task.CompletedTask;
    }

    private async Task Token(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var verifier = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (
            !_codes.TryRemove(form["code"].ToString(), out var code)
            || code.Challenge != verifier
            || code.Redirect != form["redirect_uri"]
            || form["client_secret"] != ClientSecret
        )
        {
            http.Response.StatusCode = 400;
            await Write(http, new { error = "invalid_grant" });
            return;
        }
        var claims = new Dictionary<string, object>(Person) { ["nonce"] = SaysNonce ?? code.Nonce };
        var token = new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = Issuer,
                Audience = SaysAudience ?? ClientId,
                Claims = claims,
                IssuedAt = Now().UtcDateTime,
                NotBefore = Now().UtcDateTime,
                Expires = Now().UtcDateTime.AddMinutes(5),
                SigningCredentials = new(Key, SecurityAlgorithms.RsaSha256),
            }
        );
        await Write(
            http,
            new
            {
                access_token = "access",
                token_type = "Bearer",
                expires_in = 300,
                id_token = token,
            }
        );
    }

    private Task GitHubUser(HttpContext http) =>
        Write(
            http,
            new
            {
                id = 42,
                login = Person["preferred_username"],
                name = "Ann Example",
            }
        );

    private Task GitHubEmails(HttpContext http) =>
        Write(
            http,
            new[]
            {
                new
                {
                    email = (object)"old@example.com",
                    primary = false,
                    verified = (object)true,
                },
                new
                {
                    email = Person["email"],
                    primary = true,
                    verified = Person["email_verified"],
                },
            }
        );

    private static Task Write(HttpContext http, object body)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(JsonSerializer.Serialize(body));
    }
}

file static class Redirects
{
    public static void ShouldBeRedirect(this HttpStatusCode status, string body)
    {
        if ((int)status is < 300 or > 399)
        {
            throw new InvalidOperationException($"{status}: {body}");
        }
    }
}
