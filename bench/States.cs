using System.Diagnostics;
using Server.State;

namespace Bench;

internal static class States
{
    public static Task Run()
    {
        foreach (var (resources, entries) in new[] { (1_000, 100), (10_000, 1_000), (100_000, 10_000) })
        {
            Fold(resources, entries);
        }
        return Task.CompletedTask;
    }

    private static void Fold(int resources, int entries)
    {
        var sample = new SampleState(resources);
        var (text, journal) = (sample.Text(), sample.Journal(entries));
        var copy = new byte[text.Length];
        var memcpy = Median(() => text.CopyTo(copy, 0));
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var size = 0;
        var fold = Median(() =>
        {
            using var state = JournalFold.Run(text, journal, "v3.260.0", DateTimeOffset.UnixEpoch);
            Debug.Assert(state.IntegrityError is null, state.IntegrityError);
            size = state.Text.Length;
        });
        var allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / (Rounds + 2);
        Console.WriteLine(
            $"fold {resources} resources ({text.Length >> 10} KB), {entries} entries: {fold:F1} ms, memcpy {memcpy:F2} ms, allocated {(double)allocated / text.Length:F2}x, text {size}"
        );
    }

    private const int Rounds = 15;

    private static double Median(Action action)
    {
        action();
        action();
        var times = new double[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            action();
            times[i] = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        }
        return times.Order().ElementAt(Rounds / 2);
    }
}
