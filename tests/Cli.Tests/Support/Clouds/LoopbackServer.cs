using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Cli.Tests.Support.Clouds;

/// <summary>A server on this machine that imitates a provider's. What a client does wrong it refuses, as the provider would.</summary>
internal abstract class LoopbackServer : IAsyncDisposable
{
    private WebApplication? _app;

    public Uri Address { get; private set; } = new("http://nowhere");

    /// <summary>Statuses that the next requests get instead of answers.</summary>
    public ConcurrentQueue<int> Faults { get; } = [];

    /// <summary>Method and target of every request, as they were on the wire.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>What our server found wrong in requests.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <param name="certificate">Null is no TLS.</param>
    public async Task Start(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listen =>
                {
                    if (certificate is not null)
                    {
                        listen.UseHttps(certificate);
                    }
                }
            );
        });
        _app = builder.Build();
        _app.Run(Receive);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
    }

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected abstract Task Answer(HttpContext http, string target, byte[] body);

    protected static async Task Write(HttpContext http, int status, string text = "", string type = "application/xml")
    {
        http.Response.StatusCode = status;
        if (text.Length > 0)
        {
            http.Response.ContentType = type;
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text));
        }
    }

    protected static (string Path, IReadOnlyDictionary<string, string> Query) Split(string target)
    {
        var parts = target.Split('?', 2);
        var query = (parts.ElementAtOrDefault(1) ?? "")
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? ""));
        return (parts[0], query);
    }

    private async Task Receive(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Requests.Enqueue($"{http.Request.Method} {target}");
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        if (Faults.TryDequeue(out var fault))
        {
            http.Response.StatusCode = fault;
            return;
        }
        await Answer(http, target, body.ToArray());
    }
}
