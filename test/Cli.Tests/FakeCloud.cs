using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Cli.Tests;

/// <summary>One request as it arrived.</summary>
internal sealed record Seen(string Line, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A server on a real socket. The token <c>good</c> is alice's.</summary>
internal sealed class FakeCloud : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Seen> requests = new();

    private FakeCloud(WebApplication app) => this.app = app;

    public string Url { get; private set; } = "";

    public IReadOnlyList<Seen> Requests => [.. requests];
    public IReadOnlyList<string> Lines => [.. requests.Select(request => request.Line)];

    /// <summary>Answers a request; null leaves it to the usual answer.</summary>
    public Func<Seen, Answer?> Answers { get; set; } = _ => null;

    public string User { get; set; } =
        """{"githubLogin":"alice","name":"Not The Login","organizations":[{"githubLogin":"alice"},{"githubLogin":"acme"}]}""";

    public static async Task<FakeCloud> Start(bool tls = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, listen => Protect(listen, tls)));
        var cloud = new FakeCloud(builder.Build());
        cloud.app.Run(cloud.Respond);
        await cloud.app.StartAsync();
        cloud.Url = cloud.app.Urls.First();
        return cloud;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static void Protect(ListenOptions listen, bool tls)
    {
        if (tls)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            listen.UseHttps(request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1)));
        }
    }

    private async Task Respond(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key,
            header => header.Value.ToString(),
            StringComparer.OrdinalIgnoreCase
        );
        var seen = new Seen($"{context.Request.Method} {context.Request.Path}", headers, await reader.ReadToEndAsync());
        requests.Enqueue(seen);
        var answer = Answers(seen) ?? Usual(seen);
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers.Append(name, value);
        }
        await context.Response.WriteAsync(answer.Body);
    }

    private Answer Usual(Seen request) =>
        request.Line != "GET /api/user" ? new Answer(404, """{"code":404,"message":"Not Found"}""")
        : request.Headers.GetValueOrDefault("Authorization") == "token good" ? new Answer(200, User)
        : new Answer(401, """{"code":401,"message":"Unauthorized"}""");
}

internal sealed record Answer(int Status, string Body, params (string Name, string Value)[] Headers);
