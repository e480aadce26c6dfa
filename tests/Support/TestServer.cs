using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Server;
using Server.Accounts;
using Server.Auth;
using Server.Settings;
using Server.Tokens;
using Support.Secrets;

namespace Support;

/// <summary>The real server on a loopback port, on a database of its own and with a clock that the test moves. One per test.</summary>
public sealed class TestServer : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private WebApplication _app;
    private readonly TestDatabase _database;
    private readonly DirectoryInfo _folder;

    private TestServer(WebApplication app, ServerSettings settings, TestDatabase database, DirectoryInfo folder, FakeTimeProvider clock) =>
        (_app, Settings, _database, _folder, Clock) = (app, settings, database, folder, clock);

    public ServerSettings Settings { get; }
    public FakeTimeProvider Clock { get; }
    public Uri Url => Settings.PublicUrl;
    public IServiceProvider Services => _app.Services;

    public static async Task<TestServer> Start(Engine engine = Engine.Sqlite, Func<ServerSettings, ServerSettings>? change = null)
    {
        var database = await TestDatabase.Create(engine);
        var folder = Directory.CreateTempSubdirectory("holdfast-test-");
        var port = FreePort();
        var url = new Uri($"http://localhost:{port}");
        var settings = new ServerSettings
        {
            DataFolder = folder.FullName,
            DatabaseUrl = database.Url,
            Listen = [new("localhost", port, Tls: false)],
            PublicUrl = url,
            ConsoleUrl = url,
        };
        settings = change?.Invoke(settings) ?? settings;
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var app = Build(settings, clock);
        await app.StartAsync();
        return new(app, settings, database, folder, clock);
    }

    /// <summary>Another process, as it were, on the same address and the same data.</summary>
    public async Task Restart()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = Build(Settings, Clock);
        await _app.StartAsync();
    }

    /// <summary>One more process beside this one, on the same database (PostgreSQL only), with an address of its own.</summary>
    public async Task<WebApplication> Replica()
    {
        var url = new Uri($"http://localhost:{FreePort()}");
        var replica = Build(Settings with { Listen = [new("localhost", url.Port, Tls: false)], PublicUrl = url, ConsoleUrl = url }, Clock);
        await replica.StartAsync();
        return replica;
    }

    /// <summary>Its work is done when the test asks for it, and never by itself meanwhile.</summary>
    public Task Stop<T>()
        where T : BackgroundService => Services.GetServices<IHostedService>().OfType<T>().Single().StopAsync(CancellationToken.None);

    /// <summary>Tokens' and sessions' last use is written late; now it is written.</summary>
    public Task WriteLastUse() => Task.WhenAll(Services.GetServices<LastUse>().Select(use => use.WriteDown()));

    /// <summary>Follows no redirects, keeps no cookies, and throws on an answer that is not as published.</summary>
    public HttpClient Client(string? token = null)
    {
        var client = Client(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("token", token);
        return client;
    }

    public HttpClient Client(HttpMessageHandler wire) => new(new NotingHandler(new PublishedApiHandler(wire))) { BaseAddress = Url };

    /// <summary>A client with the token of a new account.</summary>
    public async Task<HttpClient> ClientOf(string login) => Client(await TokenOf(await AddAccount(login)));

    public async Task<Account> AddAccount(string login)
    {
        await using var scope = Services.CreateAsyncScope();
        var account = new Account
        {
            Login = login,
            Name = login,
            Email = login + "@example.com",
        };
        var made = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(account, Password);
        return made.Succeeded ? account : throw new InvalidOperationException(string.Join(' ', made.Errors.Select(e => e.Description)));
    }

    public async Task<string> TokenOf(Account account) =>
        (
            await Services
                .GetRequiredService<TokenStore>()
                .Create(new(account.Id, "test", 0), new(account.Id, null, ""), CancellationToken.None)
        ).Secret.Reveal();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        NoteSecrets();
        _folder.Delete(recursive: true);
    }

    private void NoteSecrets()
    {
        RunSecrets.Note("password", Password);
        RunSecrets.Note("password of the mail server", Settings.Mail?.Password.Reveal());
        foreach (var provider in Settings.Federation.Providers)
        {
            RunSecrets.Note("client secret", provider.ClientSecret.Reveal());
        }
        foreach (var key in File.Exists(Settings.MasterKeyFile) ? File.ReadAllLines(Settings.MasterKeyFile) : [])
        {
            RunSecrets.Note("master key", key.StartsWith('#') ? null : key.Split(' ')[^1]);
        }
    }

    private static WebApplication Build(ServerSettings settings, FakeTimeProvider clock) =>
        Application.Build(
            settings,
            services =>
            {
                services.AddSingleton<TimeProvider>(clock);
                services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1000); // hashing is not what tests wait for
            }
        );

    /// <summary>One that no client gets meanwhile: those have numbers from 32768 on.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 20_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
