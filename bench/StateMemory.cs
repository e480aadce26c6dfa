using Server.State;

namespace Bench;

/// <summary>What the process needs at most while it does, over and over, what an update of 10,000 resources asks of it.</summary>
internal static class StateMemory
{
    public static async Task Run()
    {
        var sample = new SampleState(10_000);
        var journal = sample.Journal(1_000);
        var (text, next) = (sample.Text(), sample.Text(i => i == 3000 ? 1 : 0));
        var delta = SampleState.Delta(text, next);
        byte[] full = [.. """{"isInvalid":false,"""u8, .. text.AsSpan(1)];
        await using var store = await SampleStore.Open();
        var stack = await store.AddStack();
        await store.Save(stack, 1, text);
        var ours = text.Length + next.Length + full.Length + journal.Sum(b => b.Length);
        Measure.TakePeak();
        for (var version = 2; version < 40; version++)
        {
            var latest = (await store.States.Latest(stack, CancellationToken.None))!;
            await store.Export(latest);
            Checkpoint.ReadFull(full);
            Checkpoint.Apply(text, Checkpoint.ReadDelta(delta)).Dispose();
            using var folded = JournalFold.Run(
                await store.States.Read(latest, CancellationToken.None),
                journal,
                null,
                DateTimeOffset.UnixEpoch
            );
            var staged = await store.States.Stage(stack, folded, CancellationToken.None);
            await store.Database.Write(transaction => store.States.Commit(transaction, staged, version), CancellationToken.None);
            using var first = await store.States.Read((await store.States.Find(stack, 1, CancellationToken.None))!, CancellationToken.None);
        }
        Console.WriteLine(
            $"updates of 10000 resources, one after the other: at most {Measure.TakePeak() / 1e6:F0} MB, of which the benchmark's own {ours / 1e6:F0} MB"
        );
    }
}
