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

    private WebApplication _app = null!;

    public string Url { get; private set; } = "";

    /// <summary>Every request, in order.</summary>
    public ConcurrentQueue<Seen> Requests { get; } = [];
    public IEnumerable<string> Lines => Requests.Select(request => request.Line);

    /// <summary>What GET /api/user answers to a good token.</summary>
    public string User { get; set; } = Alice;
    public HashSet<string> GoodTokens { get; } = ["good"];

    /// <summary>What POST /api/oauth/token answers; null is 404.</summary>
    public string? Grant { get; set; }

    /// <summary>What its clock says; at first the same as a <see cref="TestMachine"/>'s.</summary>
    public DateTimeOffset Date { get; set; } = new(2026, 8, 21, 10, 15, 30, TimeSpan.Zero);

    /// <summary>Who signed its certificate, as PEM.</summary>
    public string? Authority { get; private set; }

    public X509Certificate2? Certificate { get; private set; }

    /// <summary>Overrules everything else.</summary>
    public Func<HttpContext, Task<bool>>? Special { get; set; }

    /// <param name="tls">With a certificate that nobody vouches for.</param>
    public static async Task<FakeCloud> Start(bool tls = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var cloud = new FakeCloud();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listen =>
                {
                    if (tls)
                    {
                        cloud.Protect(listen);
                    }
                }
            )
        );
        var app = cloud._app = builder.Build();
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

    private void Protect(ListenOptions listen)
    {
        using var authorityKey = RSA.Create(2048);
        var authority = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var issuer = authority.CreateSelfSigned(from, until);
        Authority = issuer.ExportCertificatePem();

        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(issuer, from, until, RandomNumberGenerator.GetBytes(8));
        Certificate = signed.CopyWithPrivateKey(key);
        listen.UseHttps(Certificate);
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
        http.Response.Headers.Date = Date.ToString("R");
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
