using System.Diagnostics;

namespace Bench;

/// <summary>
/// What updates wait for: acknowledgements of journal batches, alone and from many updates at once, on small and large stacks; and of checkpoints of
/// 10 MB. Beside them stands how often the same disk can be made to keep what was written to it.
/// </summary>
internal static class Updates
{
    private const int Concurrent = 64;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(6);

    public static async Task Run(string root)
    {
        await using (var server = await PublishedServer.Start(root, "journal"))
        {
            Console.WriteLine($"fsync of 16 KB beside the database: {Fsyncs(server.Folder), 6:F0}/s");
            await Latency(server, "warm", 10); // nobody looks at what is being compiled
            var (small, p99) = await Latency(server, "small", 100);
            Console.WriteLine($"journal batch of 8 on    100 resources: p50 {small:F2} ms, p99 {p99:F2} ms, with fsync");
            (var large, p99) = await Latency(server, "large", 50_000);
            Console.WriteLine($"journal batch of 8 on 50,000 resources: p50 {large:F2} ms, p99 {p99:F2} ms, with fsync");
            Console.WriteLine($"50,000 against 100 resources: {large / small:F2}");
            await Throughput(server);
            Console.WriteLine($"memory of the server: {server.PeakMemory()} MB at most");
        }
        await using (var server = await PublishedServer.Start(root, "checkpoint"))
        {
            await Checkpoints(server);
            Console.WriteLine($"memory of the server: {server.PeakMemory()} MB at most");
        }
    }

    private static double Fsyncs(string folder)
    {
        using var file = new FileStream(Path.Combine(folder, "fsync"), FileMode.Create);
        var page = new byte[16 * 1024];
        var (count, clock) = (0, Stopwatch.StartNew());
        for (; clock.Elapsed < TimeSpan.FromSeconds(2); count++)
        {
            file.Write(page);
            file.Flush(flushToDisk: true);
        }
        return count / clock.Elapsed.TotalSeconds;
    }

    /// <returns>Milliseconds, as a client sees them.</returns>
    private static async Task<(double P50, double P99)> Latency(PublishedServer server, string stack, int resources)
    {
        var update = await RunningUpdate.Begin(server.Client, stack, new SampleState(resources).Text());
        using var wire = await Wire.Connect(server.Client.BaseAddress!);
        var times = new List<double>();
        for (var i = 0; i < 3000; i++)
        {
            var request = update.Journal(8, 100 + 8 * i);
            var start = Stopwatch.GetTimestamp();
            await wire.Send(request);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        times = [.. times.Order()];
        return (times[times.Count / 2], times[times.Count * 99 / 100]);
    }

    private static async Task Throughput(PublishedServer server)
    {
        var updates = new List<RunningUpdate>();
        for (var i = 0; i < Concurrent; i++)
        {
            updates.Add(await RunningUpdate.Begin(server.Client, "many" + i, null));
        }
        foreach (var entries in new[] { 1, 8 })
        {
            await Rate(server, updates, entries); // warm up
            Console.WriteLine(
                $"journal batches of {entries} from {Concurrent} updates at once: {await Rate(server, updates, entries), 6:F0}/s"
            );
        }
    }

    private static async Task<double> Rate(PublishedServer server, List<RunningUpdate> updates, int entries)
    {
        var count = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            updates.Select(async update =>
            {
                var request = update.Journal(entries, 1);
                using var wire = await Wire.Connect(server.Client.BaseAddress!);
                while (clock.Elapsed < Duration)
                {
                    await wire.Send(request);
                    Interlocked.Increment(ref count);
                }
            })
        );
        return count / clock.Elapsed.TotalSeconds;
    }

    private static async Task Checkpoints(PublishedServer server)
    {
        var text = new SampleState(6_000).Text();
        var update = await RunningUpdate.Begin(server.Client, "checkpoints", null);
        using var wire = await Wire.Connect(server.Client.BaseAddress!);
        var full = update.Verbatim(text, 1);
        Console.WriteLine($"whole checkpoint of {text.Length / 1e6:F1} MB: {await Median(20, _ => full, wire):F1} ms");
        Console.WriteLine($"delta on it: {await Median(60, i => update.Delta(text, i + 2, out text), wire):F1} ms");
    }

    /// <param name="make">The request, which nobody is timed for.</param>
    private static async Task<double> Median(int times, Func<int, byte[]> make, Wire wire)
    {
        var taken = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var request = make(i);
            var start = Stopwatch.GetTimestamp();
            await wire.Send(request);
            taken.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return taken.Order().ElementAt(times / 2);
    }
}
