using System.Text;
using Server.Auth;
using Server.State;

namespace Server.Tests.State;

/// <summary>
/// Damaged bodies to everything that reads what a client sends. The answer is success or 400, never another failure; and what passed a check can be worked
/// with. FUZZ_INPUTS says how many inputs, where the usual run is too short.
/// </summary>
public sealed class StateFuzzTests
{
    private static readonly int Inputs = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_INPUTS"), out var given) ? given : 12_000;

    private static readonly byte[][] Fragments =
    [
        .. new[]
        {
            "null",
            "{}",
            "[]",
            "\"\"",
            "\"\\ud800\"",
            "-1",
            "1e999",
            "99999999999999999999",
            "true",
            ",",
            "\"urn\":",
            "{\"",
            "]}",
            "\\",
            "\u0000",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff],
        [0xc3, 0x28],
    ];

    [Fact]
    public async Task Damaged_batches_of_journal_entries_are_refused_or_folded()
    {
        var tape = new Random(1);
        await Fuzz(
            () =>
            {
                var choices = new Tape([.. Enumerable.Range(0, 100).Select(_ => tape.Next(5040))]);
                return EngineModel.Arrive(WildJournal.Entries(choices), choices).FirstOrDefault("{\"entries\":[]}");
            },
            body =>
            {
                JournalBatch.Check(body, 3);
                using var folded = JournalFold.Run(Encoding.UTF8.GetBytes(StateStoreTests.State(3, "x")), [body], null, FoldScenario.Now);
                StateInspection.Of(folded.Text).Resources.ShouldBe(folded.ResourceCount);
            }
        );
    }

    [Fact]
    public Task Damaged_states_are_refused_or_can_be_folded_and_renamed() =>
        Fuzz(
            WildState,
            body =>
            {
                StateInspection.Of(body);
                using var folded = JournalFold.Run(body, [], "v3.200.0", FoldScenario.Now);
                StateInspection.Of(folded.Text);
                StateInspection.Of(StateRename.Rename(body, new("o", "app", "dev"), new("o", "app2", "dev2")));
            }
        );

    [Fact]
    public Task A_state_that_streams_in_is_judged_as_one_in_memory() =>
        Fuzz(
            WildState,
            async body =>
            {
                using var stream = new MemoryStream(body);
                var streamed = await Record.ExceptionAsync(() =>
                    StateInspection.Of(stream, _ => Task.CompletedTask, CancellationToken.None)
                );
                var whole = Record.Exception(() => StateInspection.Of(body));
                streamed?.GetType().ShouldBe(whole?.GetType());
                if (whole is not null)
                {
                    throw whole;
                }
            }
        );

    [Fact]
    public async Task Damaged_checkpoints_are_refused_or_read()
    {
        await Fuzz(
            () => $$$"""{"isInvalid":false,"features":["taint"],{{{WildState()[1..]}}}""",
            body => StateInspection.Of(Checkpoint.ReadFull(body).Text)
        );
        await Fuzz(
            () => $$$"""{"version":3,"untypedDeployment":{{{WildState()}}},"sequenceNumber":1}""",
            body => StateInspection.Of(Checkpoint.ReadVerbatim(body).Text)
        );
        var text = Encoding.UTF8.GetBytes(StateStoreTests.State(2, "x"));
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(text));
        await Fuzz(
            () =>
                $$$"""{"version":3,"checkpointHash":"{{{hash}}}","sequenceNumber":2,"deploymentDelta":[{"Span":{"uri":"","start":{"offset":3},"end":{"offset":6}},"NewText":"{{{Encoding.UTF8.GetString(text[3..6]).Replace("\"", "\\\"", StringComparison.Ordinal)}}}"},{"Span":{"start":{"offset":50},"end":{"offset":50}},"NewText":""}]}""",
            body => Checkpoint.Apply(text, Checkpoint.ReadDelta(body)).Dispose()
        );
    }

    [Fact]
    public void Any_text_comes_back_from_its_difference_and_a_damaged_difference_does_no_harm()
    {
        var random = new Random(5);
        for (var i = 0; i < Inputs / 4; i++)
        {
            var (from, text) = (Mutate(WildState(), random), Mutate(WildState(), random));
            using var delta = new PooledText(256);
            TextDelta.Write(delta, text, from);
            var rope = new TextRope(from).Apply(delta.Written.ToArray());
            var back = new byte[rope.Length];
            rope.CopyTo(back);
            back.AsSpan().SequenceEqual(text).ShouldBeTrue($"input {i}");

            var damaged = Mutate(delta.Written.ToArray(), random);
            Record.Exception(() => new TextRope(from).Apply(damaged)).ShouldBeOfTypeOrNull<InvalidDataException>($"input {i}");
        }
    }

    private static int _states;

    private static string WildState()
    {
        var random = new Random(_states++ % 1000);
        return WildJournal.Base(new Tape([.. Enumerable.Range(0, 80).Select(_ => random.Next(5040))])).ToJsonString();
    }

    private static Task Fuzz(Func<string> body, Action<byte[]> read) =>
        Fuzz(
            body,
            input =>
            {
                read(input);
                return Task.CompletedTask;
            }
        );

    private static async Task Fuzz(Func<string> body, Func<byte[], Task> read)
    {
        var random = new Random(3);
        var passed = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var input = i % 4 == 0 ? Encoding.UTF8.GetBytes(body()) : Mutate(body(), random);
            var failure = await Record.ExceptionAsync(() => read(input));
            passed += failure is null ? 1 : 0;
            if (failure is not (null or ApiException { Status: 400 }))
            {
                throw new InvalidOperationException($"Input {i}: {Encoding.UTF8.GetString(input)}", failure);
            }
        }
        passed.ShouldBeGreaterThan(Inputs / 5); // some damage does no harm; if nothing passed, nothing was tried
    }

    private static byte[] Mutate(string text, Random random) => Mutate(Encoding.UTF8.GetBytes(text), random);

    private static byte[] Mutate(byte[] text, Random random)
    {
        for (var edits = 1 + random.Next(3); edits > 0 && text.Length > 0; edits--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(12), text.Length - at);
            text = random.Next(6) switch
            {
                0 => [.. text[..at], .. text[(at + length)..]],
                1 => [.. text[..at], (byte)random.Next(256), .. text[(at + 1)..]],
                2 => [.. text[..at], .. text.AsSpan(random.Next(text.Length))[..1], .. text[at..]],
                3 => [.. text[..at], .. Fragments[random.Next(Fragments.Length)], .. text[at..]],
                4 => [.. text[..at], .. Fragments[random.Next(Fragments.Length)], .. text[(at + length)..]],
                _ => text[..at],
            };
        }
        return text;
    }
}

internal static class ShouldBeOfTypeOrNullExtension
{
    public static void ShouldBeOfTypeOrNull<T>(this Exception? failure, string message)
        where T : Exception
    {
        if (failure is not null)
        {
            failure.ShouldBeOfType<T>(message);
        }
    }
}
