using Server.Settings;

namespace Server.Updates;

/// <summary>
/// How an update that can do both is asked to save: journal entries or checkpoints. docs/decisions/0005-save-mode.md derives the figures from how the
/// stock CLI waits.
/// </summary>
public sealed class SaveModes(ServerSettings settings)
{
    /// <summary>The client waits so long to fill a batch of journal entries.</summary>
    private static readonly TimeSpan FillWait = TimeSpan.FromMilliseconds(50);

    /// <summary>What the server takes to acknowledge anything.</summary>
    private static readonly TimeSpan Acknowledgement = TimeSpan.FromMilliseconds(1);

    /// <summary>What client and server take for each checkpoint, for each byte of the state: writing it out, comparing, hashing.</summary>
    private const double NanosecondsPerByte = 12;

    /// <summary>A new stack has no size yet; what it will have while it grows, on average.</summary>
    private const long SizeOfNew = 128 * 1024;

    private static readonly Habits WhileProgramRuns = new(Checkpoints: 3, Batches: 1);
    private static readonly Habits WithoutProgram = new(Checkpoints: 2, Batches: 0.26);

    /// <param name="kind">The update's.</param>
    /// <param name="roundTrip">To the client.</param>
    /// <param name="stateSize">In bytes, of the state that it begins with.</param>
    public bool UseJournal(string kind, TimeSpan roundTrip, long stateSize) =>
        settings.SaveMode switch
        {
            SaveMode.Journal => true,
            SaveMode.Checkpoint => false,
            _ => WithJournal(kind, roundTrip) < WithCheckpoints(kind, roundTrip, stateSize),
        };

    /// <returns>How long a resource that changes waits for its saves.</returns>
    public static TimeSpan WithJournal(string kind, TimeSpan roundTrip) => Of(kind).Batches * (FillWait + roundTrip + Acknowledgement);

    /// <inheritdoc cref="WithJournal"/>
    public static TimeSpan WithCheckpoints(string kind, TimeSpan roundTrip, long stateSize) =>
        Of(kind).Checkpoints
        * (roundTrip + Acknowledgement + TimeSpan.FromMicroseconds(Math.Max(stateSize, SizeOfNew) * NanosecondsPerByte / 1000));

    private static Habits Of(string kind) => kind is "refresh" or "destroy" ? WithoutProgram : WhileProgramRuns;

    /// <summary>How many of each the client sends for one resource that changes.</summary>
    private sealed record Habits(double Checkpoints, double Batches);
}
