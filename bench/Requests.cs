using System.Diagnostics;

namespace Bench;

/// <summary>Requests per second of GET /api/user (a token looked up each time) against a bare Kestrel endpoint with the same answer.</summary>
internal static class Requests
{
    private const int Clients = 16;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);
    private const int Rounds = 7;

    public static async Task Run()
    {
        await using var server = await BenchServer.Start();
        var client = server.Client;
        var url = client.BaseAddress!;
        var body = await client.GetStringAsync(new Uri(url, "/api/user"));

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:18098");
        await using var bare = builder.Build();
        bare.MapGet("/api/user", () => Results.Text(body, "application/json"));
        await bare.StartAsync();

        string bareUrl = "http://127.0.0.1:18098/api/user",
            ours = url + "api/user";
        await Rate(client, bareUrl); // warm both up
        await Rate(client, ours);
        var rounds = new List<(double Bare, double Ours)>();
        for (var i = 0; i < Rounds; i++) // in turns, so that a noisy moment hits both
        {
            rounds.Add((await Rate(client, bareUrl), await Rate(client, ours)));
        }
        var median = rounds.OrderBy(r => r.Ours / r.Bare).ElementAt(Rounds / 2);
        Console.WriteLine(
            $"GET /api/user {median.Ours, 8:F0}/s; bare Kestrel {median.Bare:F0}/s; ratio {median.Ours / median.Bare:F2} (median of {Rounds})"
        );
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
