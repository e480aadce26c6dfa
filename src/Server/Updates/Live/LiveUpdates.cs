using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Server.Updates.Reports;

namespace Server.Updates.Live;

/// <summary>The updates that are watched in this process.</summary>
internal sealed class LiveUpdates(
    UpdateStore updates,
    UpdateReports reports,
    IServiceProvider services,
    ILoggerFactory log,
    IHostApplicationLifetime process
)
{
    /// <summary>A viewer comes back after this, so that who may watch is asked again.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Proxies give up connections on which nothing comes.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (LiveUpdate Update, CancellationTokenSource Stop)> _watched = [];

    /// <param name="address">Of the update's page.</param>
    /// <param name="after">What the viewer has seen.</param>
    public async IAsyncEnumerable<SseItem<string>> Watch(
        string updateId,
        string address,
        long after,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, process.ApplicationStopping);
        stop.CancelAfter(Longest);
        var live = Enter(updateId, address);
        try
        {
            var (missed, frame) = await live.Join(after, stop.Token);
            yield return Item(frame, missed);
            while (!frame.IsLast)
            {
                if (await Next(frame, stop.Token) is not { } next)
                {
                    yield break;
                }
                if (next == frame)
                {
                    yield return new SseItem<string>("", "beat");
                    continue;
                }
                frame = next;
                yield return Item(frame, frame.Data);
            }
        }
        finally
        {
            Leave(updateId);
        }
    }

    private static SseItem<string> Item(LiveFrame frame, string data) =>
        new(data, frame.IsLast ? "end" : "change")
        {
            EventId = frame.Position.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ReconnectionInterval = ComeBack,
        };

    /// <returns>The same if nothing has come for a while; null at the end of the visit.</returns>
    private static async Task<LiveFrame?> Next(LiveFrame frame, CancellationToken ct)
    {
        try
        {
            return await frame.Next.WaitAsync(Beat, ct);
        }
        catch (TimeoutException)
        {
            return frame;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private LiveUpdate Enter(string id, string address)
    {
        lock (_lock)
        {
            if (!_watched.TryGetValue(id, out var watched))
            {
                var live = new LiveUpdate(id, address, updates, reports, new LiveFragments(services, log), log.CreateLogger<LiveUpdate>());
                _watched[id] = watched = (live, CancellationTokenSource.CreateLinkedTokenSource(process.ApplicationStopping));
                _ = Run(watched.Update, watched.Stop.Token);
            }
            watched.Update.Viewers++;
            return watched.Update;
        }
    }

    private static async Task Run(LiveUpdate live, CancellationToken ct)
    {
        try
        {
            await live.Run(ct);
        }
        catch (OperationCanceledException)
        {
            // Nobody watches any more.
        }
    }

    private void Leave(string id)
    {
        lock (_lock)
        {
            var (live, stop) = _watched[id];
            live.Viewers--;
            if (live.Viewers == 0)
            {
                _watched.Remove(id);
                stop.Cancel();
                stop.Dispose();
            }
        }
    }
}
