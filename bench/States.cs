using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Server.State;

namespace Bench;

/// <summary>What is done with states, each beside what the machine could do at best.</summary>
internal static class States
{
    public static async Task Run()
    {
        Warm();
        Check();
        foreach (var resources in new[] { 1_000, 10_000, 100_000 })
        {
            await Fold(resources, resources / 10);
        }
        await Checkpoints();
        await using var store = await SampleStore.Open();
        foreach (var resources in new[] { 1_000, 10_000, 100_000 })
        {
            await Save(store, resources);
        }
        await History(store);
        await Import(store);
    }

    /// <summary>Until the code has been compiled as well as it will be.</summary>
    private static void Warm()
    {
        var sample = new SampleState(1_000);
        var (text, journal) = (sample.Text(), sample.Journal(100));
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(3); )
        {
            JournalFold.Run(text, journal, null, DateTimeOffset.UnixEpoch).Dispose();
        }
    }

    private static void Check()
    {
        var batch = new SampleState(1000).Journal(1000)[1];
        var json = Measure.Best(() =>
        {
            var reader = new Utf8JsonReader(batch.Span);
            while (reader.Read()) { }
        });
        var check = Measure.Best(() => JournalBatch.Check(batch, 1000));
        Console.WriteLine(
            $"check a batch of 100 entries ({batch.Length >> 10} KB): {check * 1000:F0} us; all of its tokens read {json * 1000:F0} us"
        );
    }

    private static async Task Fold(int resources, int entries)
    {
        var sample = new SampleState(resources);
        var (text, journal) = (sample.Text(), sample.Journal(entries));
        var copy = new byte[text.Length];
        var memcpy = Measure.Best(() => text.CopyTo(copy, 0));
        void Run()
        {
            using var state = JournalFold.Run(text, journal, "v3.260.0", DateTimeOffset.UnixEpoch);
            Require(state.IntegrityError is null && state.ResourceCount == resources);
        }
        var fold = Measure.Best(Run);
        var allocated = await Measure.Allocated(() =>
        {
            Run();
            return Task.CompletedTask;
        });
        Console.WriteLine(
            $"fold {entries} entries onto {resources} resources ({Mb(text.Length)}): {fold:F1} ms; memcpy {memcpy:F1} ms; memory besides the base {(allocated + (double)text.Length) / text.Length:F1}x the state"
        );
    }

    private static async Task Checkpoints()
    {
        var sample = new SampleState(6_300);
        var (text, next) = (sample.Text(), sample.Text(i => i == 3000 ? 1 : 0));
        var body = SampleState.Delta(text, next);
        var hash = Measure.Best(() => SHA256.HashData(text));
        var delta = Measure.Best(() =>
        {
            using var result = Checkpoint.Apply(text, Checkpoint.ReadDelta(body));
            Require(result.Memory.Length == next.Length);
        });
        Console.WriteLine($"delta on {Mb(text.Length)}: {delta:F1} ms; its SHA-256 {hash:F1} ms");

        byte[] full = [.. """{"isInvalid":false,"""u8, .. text.AsSpan(1)];
        var sent = Zip(full);
        var unzip = await Measure.Best(() => Unzip(sent, full.Length));
        var read = await Measure.Best(async () => Checkpoint.ReadFull(await Unzip(sent, full.Length)));
        Console.WriteLine($"full checkpoint of {Mb(text.Length)}, unzipped and checked: {read:F1} ms; unzipped {unzip:F1} ms");
    }

    private static async Task Save(SampleStore store, int resources)
    {
        var stack = await store.AddStack();
        var sample = new SampleState(resources);
        await store.Save(stack, 1, sample.Text());
        var (version, text) = (1, sample.Text(i => i % 1000 == 7 ? 1 : 0));
        var zip = await Measure.Best(() => Task.FromResult(Zip(text)));
        var save = await Measure.Best(() => store.Save(stack, ++version, version % 2 == 0 ? text : sample.Text()));
        var state = (await store.States.Latest(stack, CancellationToken.None))!;
        var export = await Measure.Best(() => store.Export(state));
        var exported = await Measure.Allocated(() => store.Export(state));
        var old = (await store.States.Find(stack, 2, CancellationToken.None))!;
        var read = await Measure.Best(async () => (await store.States.Read(old, CancellationToken.None)).Dispose());
        Console.WriteLine(
            $"{resources} resources ({Mb(text.Length)}, stored {Mb(state.StoredSize)}): saved in {save:F1} ms, gzip alone {zip:F1} ms; exported in {export:F1} ms, allocating {exported >> 10} KB; an old version read in {read:F1} ms"
        );
    }

    private static async Task History(SampleStore store)
    {
        var stack = await store.AddStack();
        var (sample, random, generations) = (new SampleState(5_000), new Random(1), new int[5_000]);
        for (var update = 1; update <= 50; update++)
        {
            for (var i = 0; i < 10; i++)
            {
                generations[random.Next(2, generations.Length)]++;
            }
            await store.Save(stack, update, sample.Text(i => generations[i]));
        }
        var one = (await store.States.Latest(stack, CancellationToken.None))!.StoredSize;
        var all = await store.StoredBytes(stack);
        Console.WriteLine($"50 updates of 10 of 5000 resources: {Mb(all)} on disk, {(double)all / one:F2}x one state");
    }

    private static async Task Import(SampleStore store)
    {
        var stack = await store.AddStack();
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, new SampleState(63_000).Text());
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Measure.TakePeak();
        var before = Environment.WorkingSet;
        var clock = Stopwatch.GetTimestamp();
        await using (var text = File.OpenRead(file))
        {
            var staged = await store.States.Stage(stack, text, _ => Task.CompletedTask, CancellationToken.None);
            await store.Database.Write(transaction => store.States.Commit(transaction, staged, 1), CancellationToken.None);
        }
        var time = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        Console.WriteLine(
            $"import of {Mb(new FileInfo(file).Length)}: {time:F0} ms; memory rose from {Mb(before)} to {Mb(Measure.TakePeak())} at most"
        );
        File.Delete(file);
    }

    private static byte[] Zip(byte[] text)
    {
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest))
        {
            gzip.Write(text);
        }
        return result.ToArray();
    }

    private static async Task<byte[]> Unzip(byte[] member, int size)
    {
        var text = GC.AllocateUninitializedArray<byte>(size);
        await using var gzip = new GZipStream(new MemoryStream(member), CompressionMode.Decompress);
        await gzip.ReadExactlyAsync(text);
        return text;
    }

    private static string Mb(long bytes) => $"{bytes / 1e6:F1} MB";

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("The benchmark has not done what it measures.");
        }
    }
}
