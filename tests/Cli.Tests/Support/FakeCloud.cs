using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
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

    /// <summary>Method, path, authorization and body of every request, in order.</summary>
    public ConcurrentQueue<(string Line, string Authorization, string Body)> Requests { get; } = [];

    /// <summary>What GET /api/user answers to a good token.</summary>
    public string User { get; set; } = Alice;
    public HashSet<string> GoodTokens { get; } = ["good"];

    /// <summary>What POST /api/oauth/token answers; null is 404.</summary>
    public string? Grant { get; set; }

    /// <summary>Overrules everything else.</summary>
    public Func<HttpContext, Task<bool>>? Special { get; set; }

    public static async Task<FakeCloud> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var cloud = new FakeCloud(app);
        app.Run(cloud.Answer);
        await app.StartAsync();
        cloud.Url = app.Urls.Single();
        return cloud;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Answer(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var authorization = http.Request.Headers.Authorization.ToString();
        Requests.Enqueue(($"{http.Request.Method} {http.Request.Path}", authorization, await reader.ReadToEndAsync()));
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
