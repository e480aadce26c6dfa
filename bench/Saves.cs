using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Bench;

/// <summary>
/// What a person waits for while an update of 200 resources saves, by a model of the stock CLI: near against a folder, then as checkpoints and as journal
/// entries, near and far. How often it saves and how long it waits to fill a batch stands in docs/decisions/0005; the engine's own work, the same everywhere,
/// is left out.
/// </summary>
internal static class Saves
{
    private const int Components = 200;
    private const int SavesOfAnUpdate = 3; // of each component, while a program runs
    private const int SavesOfADestroy = 2;
    private const int EntriesOfAnUpdate = 3;
    private static readonly TimeSpan ToFillABatch = TimeSpan.FromMilliseconds(50);

    public static async Task Run(string root)
    {
        var texts = Enumerable.Range(0, Components + 1).Select(i => new SampleState(i).Text()).ToList();
        var (up, down) = (Steps(Components, SavesOfAnUpdate), Enumerable.Reverse(Steps(Components, SavesOfADestroy)).ToList());
        await StockCli.Run(root);
        foreach (var mode in new[] { "checkpoint", "journal", "auto" })
        {
            await using var server = await PublishedServer.Start(root, mode);
            foreach (var roundTrip in new[] { 0, 50 })
            {
                await using var road = Road.To(server.Client.BaseAddress!, TimeSpan.FromMilliseconds(roundTrip / 2.0));
                using var client = road.Client(server.Client);
                var before = $"{mode}, {roundTrip} ms away:";
                await Time(client, $"warm{roundTrip}", texts, up[..30], null);
                var (update, journals) = await Time(client, $"up{roundTrip}", texts, up, EntriesOfAnUpdate);
                var (destroy, _) = await Time(client, $"down{roundTrip}", texts, down, null);
                var how = journals ? "journal entries" : "checkpoints";
                Console.WriteLine($"{before, -24} update {update, 6:F0} ms, destroy {destroy, 6:F0} ms, as {how}");
            }
        }
    }

    /// <returns>How many components the state has at each save.</returns>
    private static List<int> Steps(int components, int saves) =>
        [.. Enumerable.Range(1, components).SelectMany(i => Enumerable.Repeat(i, saves))];

    /// <param name="entries">Of a component, in a batch of their own; null fills batches with the eight that are under way at once.</param>
    private static async Task<(double Milliseconds, bool Journals)> Time(
        HttpClient client,
        string stack,
        List<byte[]> texts,
        List<int> steps,
        int? entries
    )
    {
        var update = await RunningUpdate.Begin(client, stack, steps[0] > 1 ? texts[steps[0]] : null);
        using var wire = await Wire.Connect(client.BaseAddress!);
        var start = Stopwatch.GetTimestamp();
        if (update.Journals)
        {
            var (count, size) = entries is { } each ? (Components, each) : (Components * SavesOfADestroy / 8, 8);
            for (var i = 0; i < count; i++)
            {
                await Task.Delay(ToFillABatch);
                await wire.Send(update.Journal(size, 1 + i * size));
            }
        }
        else
        {
            for (var i = 0; i < steps.Count; i++)
            {
                var text = texts[steps[i]];
                var isSmall = i == 0 || text.Length < 16 * 1024;
                await wire.Send(isSmall ? update.Verbatim(text, i + 1) : update.Delta(texts[steps[i - 1]], text, i + 1));
            }
        }
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, update.Journals);
    }

    /// <summary>A relay on loopback on which everything takes its time, in each direction.</summary>
    private sealed class Road : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Uri _to;
        private readonly TimeSpan _delay;

        private Road(Uri to, TimeSpan delay) => (_to, _delay) = (to, delay);

        public static Road To(Uri server, TimeSpan delay)
        {
            var road = new Road(server, delay);
            road._listener.Start();
            _ = road.Serve();
            return road;
        }

        /// <summary>With the other's headers, and one that says that it does not come directly, if it does not.</summary>
        public HttpClient Client(HttpClient other)
        {
            if (_delay == TimeSpan.Zero)
            {
                var near = new HttpClient { BaseAddress = _to };
                near.DefaultRequestHeaders.Authorization = other.DefaultRequestHeaders.Authorization;
                return near;
            }
            var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}") };
            client.DefaultRequestHeaders.Authorization = other.DefaultRequestHeaders.Authorization;
            client.DefaultRequestHeaders.Add("Via", "1.1 road");
            return client;
        }

        public ValueTask DisposeAsync()
        {
            _listener.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task Serve()
        {
            try
            {
                while (true)
                {
                    var near = await _listener.AcceptSocketAsync();
                    var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    near.NoDelay = true;
                    await far.ConnectAsync(_to.Host, _to.Port);
                    _ = Pass(near, far);
                    _ = Pass(far, near);
                }
            }
            catch (SocketException)
            {
                // closed
            }
            catch (ObjectDisposedException)
            {
                // closed
            }
        }

        private async Task Pass(Socket from, Socket to)
        {
            var buffer = new byte[256 * 1024];
            try
            {
                for (var length = await from.ReceiveAsync(buffer); length > 0; length = await from.ReceiveAsync(buffer))
                {
                    await Task.Delay(_delay);
                    await to.SendAsync(buffer.AsMemory(0, length));
                }
                to.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // the other end is gone
            }
        }
    }
}
