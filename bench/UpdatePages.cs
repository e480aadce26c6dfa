using System.Text;
using System.Text.Json.Nodes;
using Server.Data;
using Server.Sessions;
using Server.Updates.Reports;

namespace Bench;

/// <summary>
/// The pages of an update of 5,000 resources, which told of itself in 10,000 events of a kilobyte, against those of an update that told nothing: the
/// time to the first byte and what is transferred.
/// </summary>
internal static class UpdatePages
{
    private const int Resources = 5_000;
    private const int Copies = 6;

    private static readonly IReadOnlyList<byte[]> Bodies = [.. Enumerable.Range(0, 2 * Resources).Chunk(50).Select(Body)];

    public static async Task Run()
    {
        await using var server = await BenchServer.Start();
        using var browser = await Browser(server);
        await Make(server.Client, "empty", 0);
        for (var i = 0; i < Copies; i++)
        {
            await Make(server.Client, "full" + i, Resources);
        }
        await WarmUp(browser);
        var first = new List<double>();
        for (var i = 1; i < Copies; i++)
        {
            first.Add((await PageTime.Of(browser, $"/ann/bench/full{i}/updates/1")).First);
        }
        var empty = await PageTime.Best(browser, "/ann/bench/empty/updates/1");
        Console.WriteLine($"{"no events", -28} {empty}");
        Console.WriteLine(
            $"{"10,000 events, first look", -28} first byte {first.Order().ElementAt(first.Count / 2), 6:F1} ms (median of {first.Count})"
        );
        foreach (var part in new[] { "", "?page=60", "?only=all", "?show=diagnostics", "?show=timeline" })
        {
            var page = await PageTime.Best(browser, "/ann/bench/full1/updates/1" + part);
            Console.WriteLine($"{"10,000 events " + part, -28} {page}; ratio {page.First / empty.First:F1}");
        }
        FoldAlone();
    }

    private static async Task<HttpClient> Browser(BenchServer server)
    {
        var account = await server
            .Services.GetRequiredService<Database>()
            .QueryOne<string>($"SELECT id FROM accounts", CancellationToken.None);
        var session = await server
            .Services.GetRequiredService<SessionStore>()
            .Start(account!, "", "", factor: false, CancellationToken.None);
        var browser = new HttpClient { BaseAddress = server.Client.BaseAddress };
        browser.DefaultRequestHeaders.Add("Cookie", "holdfast=" + session.Reveal());
        browser.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");
        return browser;
    }

    private static async Task Make(HttpClient client, string stack, int resources)
    {
        var run = await RunningUpdate.Begin(client, stack, state: null);
        using var wire = await Wire.Connect(client.BaseAddress!);
        foreach (var batch in Enumerable.Range(0, 2 * resources).Chunk(50))
        {
            await wire.Send(run.Events(Body(batch)));
        }
        await wire.Send(run.Complete());
    }

    /// <summary>Every second event is the end of what the one before began; each tenth resource changes nothing.</summary>
    private static byte[] Body(IEnumerable<int> numbers) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["events"] = new JsonArray([.. numbers.Select(Event)]) }.ToJsonString());

    private static JsonObject Event(int number)
    {
        var (name, ends) = ($"resource-{number / 2:d5}", number % 2 == 1);
        var urn = "urn:pulumi:dev::bench::bench:index/component:Component$bench:index/thing:Thing::" + name;
        return new()
        {
            ["sequence"] = number,
            ["timestamp"] = 1766000000 + number / 100,
            [ends ? "resOutputsEvent" : "resourcePreEvent"] = new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["op"] = number / 2 % 10 == 0 ? "same" : "update",
                    ["urn"] = urn,
                    ["type"] = "bench:index/thing:Thing",
                    ["old"] = State(urn, name, 1),
                    ["new"] = State(urn, name, 2),
                    ["detailedDiff"] = null,
                    ["provider"] = "urn:pulumi:dev::bench::pulumi:providers:bench::default::04da6b54-80e4-46f7-96ec-b56ff0331ba9",
                },
            },
        };
    }

    private static JsonObject State(string urn, string name, int size) =>
        new()
        {
            ["type"] = "bench:index/thing:Thing",
            ["urn"] = urn,
            ["id"] = name,
            ["inputs"] = new JsonObject
            {
                ["name"] = name,
                ["size"] = size,
                ["tags"] = new JsonObject { ["team"] = "shop", ["run"] = $"{name}-{size}" },
            },
            ["outputs"] = new JsonObject
            {
                ["arn"] = $"arn:bench:eu-central-1:123456789012:{name}",
                ["etag"] = $"{size}-{name.GetHashCode(StringComparison.Ordinal):x}",
            },
        };

    /// <summary>Until all of it runs as the published server does, whose code is compiled beforehand.</summary>
    private static async Task WarmUp(HttpClient browser)
    {
        for (var i = 0; i < 300; i++)
        {
            Fold(Bodies);
            await PageTime.Of(browser, "/ann/bench/full0/updates/1?page=" + i);
        }
        await Task.Delay(1000);
    }

    private static void Fold(IReadOnlyList<byte[]> bodies)
    {
        var report = new UpdateReport();
        for (var i = 0; i < bodies.Count; i++)
        {
            report.Fold(new(i, i), bodies[i]);
        }
    }

    private static void FoldAlone()
    {
        var ms = Measure.Best(() => Fold(Bodies));
        Console.WriteLine($"{"the fold alone", -28} {ms, 6:F1} ms, {Bodies.Sum(b => (double)b.Length) / 1024 / 1024:F1} MiB of events");
    }
}
