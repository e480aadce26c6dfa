using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Cli.Tests.Support;

/// <summary>A server that answers just what a test announces, and keeps what it was asked.</summary>
internal sealed class FakeCloud : IAsyncDisposable
{
    public const string Alice =
        """{"id":"1","githubLogin":"alice","name":"Alice","email":"","avatarUrl":"","identities":[],"organizations":[{"githubLogin":"alice","name":"","avatarUrl":"","role":"admin"},{"githubLogin":"acme","name":"","avatarUrl":"","role":"member"}]}""";

    private const string Unauthorized = """{"code":401,"message":"Unauthorized: No credentials provided or are invalid."}""";

    private readonly WebApplication _app;

    private FakeCloud(WebApplication app) => _app = app;

    public string Url { get; private set; } = "";

    /// <summary>Every request, in order.</summary>
    public ConcurrentQueue<Seen> Requests { get; } = [];
    public IEnumerable<string> Lines => Requests.Select(request => request.Line);

    /// <summary>What GET /api/user answers to a good token.</summary>
    public string User { get; set; } = Alice;
    public HashSet<string> GoodTokens { get; } = ["good"];

    /// <summary>What POST /api/oauth/token answers; null is 404.</summary>
    public string? Grant { get; set; }

    /// <summary>Overrules everything else.</summary>
    public Func<HttpContext, Task<bool>>? Special { get; set; }

    /// <param name="tls">With a certificate that nobody vouches for.</param>
    public static async Task<FakeCloud> Start(bool tls = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => Protect(listen, tls)));
        var app = builder.Build();
        var cloud = new FakeCloud(app);
        app.Run(cloud.Answer);
        await app.StartAsync();
        cloud.Url = app.Urls.Single();
        return cloud;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>The same answer to everything.</summary>
    public void AnswerAlways(int status, string body, params (string Name, string Value)[] headers) =>
        Special = async http =>
        {
            http.Response.StatusCode = status;
            foreach (var (name, value) in headers)
            {
                http.Response.Headers.Append(name, value);
            }
            await http.Response.WriteAsync(body);
            return true;
        };

    private static void Protect(ListenOptions listen, bool tls)
    {
        if (tls)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            listen.UseHttps(request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1)));
        }
    }

    private async Task Answer(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var authorization = http.Request.Headers.Authorization.ToString();
        Requests.Enqueue(
            new(
                $"{http.Request.Method} {http.Request.Path}",
                await reader.ReadToEndAsync(),
                http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)
            )
        );
        if (Special is not null && await Special(http))
        {
            return;
        }
        var (status, body) = (http.Request.Method, http.Request.Path.Value) switch
        {
            ("GET", "/api/user") => GoodTokens.Contains(authorization.Replace("token ", "", StringComparison.Ordinal))
                ? (200, User)
                : (401, Unauthorized),
            ("POST", "/api/oauth/token") when Grant is not null => (200, Grant),
            _ => (404, """{"code":404,"message":"Not Found"}"""),
        };
        http.Response.StatusCode = status;
        await http.Response.WriteAsync(body);
    }
}

/// <summary>One request as it arrived.</summary>
internal sealed record Seen(string Line, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Authorization => Headers.GetValueOrDefault("Authorization", "");
}
