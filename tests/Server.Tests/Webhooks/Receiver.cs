using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Support;

namespace Server.Tests.Webhooks;

/// <summary>A web service that takes what is sent to it.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app, Uri url) => (_app, Url) = (app, url);

    public Uri Url { get; }
    public ConcurrentQueue<(IHeaderDictionary Headers, string Body)> Got { get; } = [];

    /// <summary>What it answers.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<Receiver> Start()
    {
        var url = new Uri($"http://127.0.0.1:{TestServer.FreePort()}/hook");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(url.GetLeftPart(UriPartial.Authority));
        var receiver = new Receiver(app, url);
        app.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            receiver.Got.Enqueue((new HeaderDictionary(http.Request.Headers.ToDictionary()), await reader.ReadToEndAsync()));
            await receiver.Answer(http);
        });
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
