using System.Diagnostics.Metrics;

namespace Server.Data;

/// <summary>How busy the writer is. PostgreSQL's driver has metrics of its own.</summary>
internal static class WriteMetrics
{
    public const string Name = "Holdfast.Data";

    private static readonly Meter Meter = new(Name);

    private static long _waiting;

    /// <summary>Asked for, so that it reads 0 where nothing has ever waited.</summary>
    public static readonly ObservableUpDownCounter<long> Waiting = Meter.CreateObservableUpDownCounter(
        "holdfast.writes.waiting",
        () => Volatile.Read(ref _waiting),
        "{write}",
        "Units of work that wait for the writer"
    );

    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram(
        "holdfast.commit.writes",
        "{write}",
        "Units of work that shared one commit",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] }
    );

    public static readonly Histogram<double> CommitDuration = Meter.CreateHistogram(
        "holdfast.commit.duration",
        "s",
        "From the first statement of a commit until it is on disk",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5] }
    );

    public static void Queued() => Interlocked.Increment(ref _waiting);

    public static void Taken() => Interlocked.Decrement(ref _waiting);
}
