using System.Net.Http.Headers;
using Microsoft.AspNetCore.Identity;
using Server;
using Server.Accounts;
using Server.Settings;
using Server.Tokens;

namespace Bench;

/// <summary>The real server on SQLite in a folder of its own, with one account and its token.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private BenchServer(WebApplication app, DirectoryInfo folder, HttpClient client) => (_app, _folder, Client) = (app, folder, client);

    public HttpClient Client { get; }
    public string Folder => _folder.FullName;
    public IServiceProvider Services => _app.Services;

    public static async Task<BenchServer> Start()
    {
        var folder = Directory.CreateTempSubdirectory("bench-");
        var url = new Uri("http://127.0.0.1:18099");
        var app = Application.Build(
            new ServerSettings
            {
                DataFolder = folder.FullName,
                Listen = [new("127.0.0.1", url.Port, Tls: false)],
                PublicUrl = url,
                ConsoleUrl = url,
            }
        );
        await app.StartAsync();
        var account = new Account
        {
            Login = "ann",
            Name = "ann",
            Email = "ann@example.com",
        };
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(account, "correct horse battery");
        }
        var (_, secret) = await app
            .Services.GetRequiredService<TokenStore>()
            .Create(new(account.Id, "", 0), new(account.Id, null, ""), CancellationToken.None);
        var client = new HttpClient { BaseAddress = url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", secret.Reveal());
        return new(app, folder, client);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
