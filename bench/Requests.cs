using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Identity;
using Server;
using Server.Accounts;
using Server.Settings;
using Server.Tokens;

namespace Bench;

/// <summary>Requests per second of GET /api/user (a token looked up each time) against a bare Kestrel endpoint with the same answer.</summary>
internal static class Requests
{
    private const int Clients = 16;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public static async Task Run()
    {
        var folder = Directory.CreateTempSubdirectory("bench-");
        var url = new Uri("http://127.0.0.1:18099");
        await using var app = Application.Build(
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
        var (_, secret) = await app.Services.GetRequiredService<TokenStore>().Create(account.Id, "", 0, null, CancellationToken.None);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", secret.Reveal());
        var body = await client.GetStringAsync(new Uri(url, "/api/user"));

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:18098");
        await using var bare = builder.Build();
        bare.MapGet("/api/user", () => Results.Text(body, "application/json"));
        await bare.StartAsync();

        await Rate(client, "http://127.0.0.1:18098/api/user"); // warm both up
        await Rate(client, url + "api/user");
        var bareRate = await Rate(client, "http://127.0.0.1:18098/api/user");
        var rate = await Rate(client, url + "api/user");
        Console.WriteLine($"GET /api/user {rate, 8:F0}/s; bare Kestrel {bareRate:F0}/s; ratio {rate / bareRate:F2}");
        await app.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static async Task<double> Rate(HttpClient client, string url)
    {
        var count = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(async _ =>
                {
                    while (clock.Elapsed < Duration)
                    {
                        using var answer = await client.GetAsync(url);
                        answer.EnsureSuccessStatusCode();
                        Interlocked.Increment(ref count);
                    }
                })
        );
        return count / clock.Elapsed.TotalSeconds;
    }
}
