using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Server.State;

namespace Server.Tests.State;

/// <summary>The fold on bytes against the plain replay on objects.</summary>
public sealed class JournalFoldPropertyTests
{
    private static readonly Gen<int[]> Tapes = Gen.Int[0, 5039].Array[0, 120];

    [Fact]
    public void Whatever_an_engine_sends_becomes_the_state_that_the_plain_replay_makes_of_it_and_it_is_whole() =>
        Gen.Select(Tapes, Tapes)
            .Sample(
                (run, arrival) =>
                {
                    var engine = new EngineModel(new(run));
                    var entries = engine.Run();
                    using var folded = Fold(engine.Base, EngineModel.Arrive(entries, new(arrival)));
                    folded.IntegrityError.ShouldBeNull();
                    ShouldBeAlike(folded, engine.Base, entries);
                },
                iter: 3000
            );

    [Fact]
    public void Whatever_passes_the_check_becomes_the_state_that_the_plain_replay_makes_of_it() =>
        Gen.Select(Tapes, Tapes)
            .Sample(
                (run, arrival) =>
                {
                    var tape = new Tape(run);
                    var @base = WildJournal.Base(tape);
                    var entries = WildJournal.Entries(tape);
                    using var folded = Fold(@base, EngineModel.Arrive(entries, new(arrival)));
                    ShouldBeAlike(folded, @base, entries);
                },
                iter: 6000
            );

    [Fact]
    public void An_engine_s_runs_have_every_kind_of_step()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Tapes.Sample(
            run =>
            {
                foreach (var entry in new EngineModel(new(run)).Run())
                {
                    lock (seen)
                    {
                        seen.Add($"kind {entry["kind"]}");
                        seen.UnionWith(entry.Where(m => m.Value is not null).Select(m => m.Key));
                        seen.Add((string?)entry["operation"]?["type"] ?? "none");
                    }
                }
            },
            iter: 500
        );
        string[] expected =
        [
            "kind 0",
            "kind 1",
            "kind 2",
            "kind 3",
            "kind 4",
            "kind 6",
            "kind 7",
            "deleteOld",
            "pendingReplacementOld",
            "removeOld",
            "removeNew",
            "isRefresh",
            "creating",
            "updating",
            "deleting",
            "reading",
            "importing",
        ];
        expected.Except(seen).ShouldBeEmpty();
    }

    private static JsonObject Parsed(JsonObject node) => (JsonObject)JsonNode.Parse(node.ToJsonString())!;

    private static FoldedState Fold(JsonObject @base, List<string> batches)
    {
        var bytes = batches.ConvertAll(b => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(b));
        bytes.ForEach(b => JournalBatch.Check(b, int.MaxValue));
        return JournalFold.Run(Encoding.UTF8.GetBytes(@base.ToJsonString()), bytes, null, FoldScenario.Now);
    }

    private static void ShouldBeAlike(FoldedState folded, JsonObject @base, List<JsonObject> entries)
    {
        var state = (JsonObject)JsonNode.Parse(folded.Text.Span)!;
        var deployment = (JsonObject)state["deployment"]!;
        folded.ResourceCount.ShouldBe((deployment["resources"] as JsonArray)?.Count ?? 0);
        (deployment["metadata"]!["integrity_error"]?["error"]?.ToString()).ShouldBe(folded.IntegrityError);
        deployment.Remove("manifest");
        deployment.Remove("metadata");
        var expected = ReferenceReplay.Run(Parsed(@base), entries.Select(Parsed));
        if (!JsonNode.DeepEquals(state, expected))
        {
            var options = new JsonSerializerOptions { WriteIndented = true };
            state.ToJsonString(options).ShouldBe(expected.ToJsonString(options));
        }
    }
}
