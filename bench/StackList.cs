using System.Diagnostics;
using Server.Data;
using Server.Stacks;
using Wire;

namespace Bench;

/// <summary>Pages of GET /api/user/stacks among 100,000 stacks: the first, one in the middle and the last cost the same.</summary>
internal static class StackList
{
    private const int Stacks = 100_000;

    public static async Task Run()
    {
        await using var server = await BenchServer.Start();
        var database = server.Services.GetRequiredService<Database>();
        var stacks = server.Services.GetRequiredService<StackStore>();
        var organization = await database.QueryOne<string>($"SELECT id FROM organizations", CancellationToken.None);
        await database.Write(
            async transaction =>
            {
                for (var i = 0; i < Stacks; i++)
                {
                    var tags = new Dictionary<string, string> { ["env"] = i % 1000 == 0 ? "rare" : "common" };
                    await stacks.Create(transaction, Guid.CreateVersion7().ToString(), organization!, $"p{i % 100:d3}", $"s{i:d6}", tags);
                }
                return true;
            },
            CancellationToken.None
        );
        var times = new List<double>();
        for (var query = "maxResults=500"; query is not null; )
        {
            var (page, ms) = await Page(server.Client, query);
            times.Add(ms);
            query = page.ContinuationToken is { } token ? "maxResults=500&continuationToken=" + token : null;
        }
        Console.WriteLine(
            $"pages of 500 of {Stacks} stacks: first tenth {Middle(times[..20]):F1} ms, last tenth {Middle(times[^20..]):F1} ms"
        );
        foreach (var query in new[] { "project=p050", "tagName=env&tagValue=rare", "project=p050&tagName=env&tagValue=common" })
        {
            var (page, ms) = await Page(server.Client, query);
            Console.WriteLine($"{query, -44} {page.Stacks.Count, 4} stacks {ms, 6:F1} ms");
        }
    }

    private static double Middle(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static async Task<(ListStacksResponse Page, double Ms)> Page(HttpClient client, string query)
    {
        var start = Stopwatch.GetTimestamp();
        var page = await client.GetFromJsonAsync("/api/user/stacks?" + query, WireJson.Default.ListStacksResponse);
        return (page!, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
}
