using System.Diagnostics;

namespace Bench;

/// <summary>The best of some rounds: what the work costs when nobody else wants the processor. On a busy machine a median would tell of the others.</summary>
internal static class Measure
{
    private const int Rounds = 15;

    /// <returns>Milliseconds.</returns>
    public static double Best(Action action)
    {
        action();
        action();
        return Enumerable.Range(0, Rounds).Select(_ => Time(action)).Min();
    }

    /// <returns>Milliseconds.</returns>
    public static async Task<double> Best(Func<Task> action)
    {
        var times = new List<double>();
        for (var i = 0; i < Rounds + 2; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            await action();
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        }
        return times.Min();
    }

    /// <returns>Bytes, on all threads.</returns>
    public static async Task<long> Allocated(Func<Task> action)
    {
        await action();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await action();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    /// <returns>The most that the process has had in memory, and from now on counts again.</returns>
    public static long TakePeak()
    {
        var peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal));
        File.WriteAllText("/proc/self/clear_refs", "5");
        return long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    private static double Time(Action action)
    {
        var clock = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
    }
}
