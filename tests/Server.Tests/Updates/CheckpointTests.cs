using Server.Settings;
using Support;

namespace Server.Tests.Updates;

/// <summary>Checkpoints as differences from the last: protocol.md 10.3 and the client's own fixture.</summary>
public class CheckpointTests
{
    private const string One =
        """{"version":3,"deployment":{"manifest":{"time":"0001-01-01T00:00:00Z","magic":"","version":""},"metadata":{},"resources":[{"urn":"urn-1","custom":false,"type":""}]}}""";

    private const string Two = """{"urn":"urn-1","custom":false,"type":""},{"urn":"urn-2","custom":false,"type":""}""";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Deltas_make_the_texts_of_the_stock_clients_own_fixture(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine, SaveMode.Checkpoint);
        var run = await test.Begin();

        (await run.Verbatim(One, 1)).Expect();
        (await run.Delta(2, "5ffa59a4628983b155933e87fd91ef1f5e76cb2dfdd413eefc3bedb52a7ce1c4", (121, 161, Two))).Expect();
        (await test.Names()).ShouldBe(["urn-1", "urn-2"]);
        await test.Server.Restart(); // which forgets the text
        (
            await run.Delta(
                3,
                "fa39495cd65a25d850d69388092ae6efcdb5e999ca72b378384236bc77e098a4",
                (121, 202, """{"urn":"urn-1","custom":false,"type":""}""")
            )
        ).Expect();
        (await test.Export()).ShouldBe(One);
        const string four =
            """{"version":4,"features":["refreshBeforeUpdate"],"deployment":{"manifest":{"time":"0001-01-01T00:00:00Z","magic":"","version":""},"metadata":{},"resources":[{"urn":"urn-1","custom":false,"type":"","refreshBeforeUpdate":true}""";
        (await run.Delta(4, "5e927ea2f899447a4b917769e32d921f96dd19c637c593eb936563380f2be3a3", (0, 161, four))).Expect();
        await run.Complete();

        (await test.Export()).ShouldBe(four + "]}}");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Numbers_that_come_twice_or_skip_are_answered_as_the_protocol_says(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine, SaveMode.Checkpoint);
        var run = await test.Begin();
        var two = One.Replace("""{"urn":"urn-1","custom":false,"type":""}""", Two, StringComparison.Ordinal);

        (await run.DeltaTo(1, One, two)).Code.ShouldBe(400); // nothing to change yet
        (await run.Verbatim(One, 1)).Expect();
        (await run.Verbatim(One, 1)).Expect(); // its answer was lost
        (await run.DeltaTo(2, One, two)).Expect();
        (await run.DeltaTo(2, One, two)).Expect(); // its answer was lost
        (await run.DeltaTo(2, two, One)).Code.ShouldBe(400); // another one of the same number
        (await run.DeltaTo(4, two, One)).Code.ShouldBe(400); // skips
        (await run.Delta(3, new string('0', 64), (0, 0, ""))).Code.ShouldBe(400); // not what its client means
        (await run.Delta(3, StockDeltas.Hash(One), (500, 600, ""))).Code.ShouldBe(400); // beyond the end
        (await run.Delta(3, StockDeltas.Hash(One), (9, 5, ""))).Code.ShouldBe(400);
        (await run.Delta(3, StockDeltas.Hash(One), (9, 12, ""), (10, 15, ""))).Code.ShouldBe(400); // out of order
        (await test.Export()).ShouldBe(two);
        (await run.Verbatim(One, 3)).Expect(); // what the client does then
        (await run.Verbatim(two, 9)).Expect();
        (await run.DeltaTo(10, two, One)).Expect();
        await run.Complete();

        (await test.Export()).ShouldBe(One);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Hundreds_of_deltas_survive_a_restart_in_between(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine, SaveMode.Checkpoint);
        var run = await test.Begin();
        var names = Enumerable.Range(0, 100).Select(i => $"thing-{i}-with-a-rather-long-name-so-that-the-text-is-not-small").ToList();
        var text = Text(names);
        (await run.Verbatim(text, 1)).Expect();
        for (var i = 2; i < 150; i++)
        {
            names[i % 100] = $"ä-{i}";
            var next = Text(names);
            (await run.DeltaTo(i, text, next)).Expect();
            text = next;
            if (i % 50 == 0)
            {
                await test.Server.Restart();
            }
        }
        await test.Server.Restart();
        (await test.Export()).ShouldBe(text);
        await run.Complete("failed");

        (await test.Export()).ShouldBe(text);
    }

    [Theory]
    [InlineData(
        "checkpoint",
        """{"isInvalid":true,"version":3,"deployment":{"manifest":{"time":"0001-01-01T00:00:00Z","magic":"","version":""}}}"""
    )]
    [InlineData("checkpoint", """{"isInvalid":false,"version":3}""")]
    [InlineData("checkpoint", """{"isInvalid":false,"version":3,"deployment":null}""")]
    [InlineData("checkpoint", """{"isInvalid":false,"version":3,"deployment":[]}""")]
    [InlineData("checkpoint", "")]
    [InlineData("checkpointverbatim", """{"version":3,"untypedDeployment":7,"sequenceNumber":1}""")]
    [InlineData("checkpointverbatim", """{"version":3,"untypedDeployment":{},"sequenceNumber":"x"}""")]
    [InlineData("checkpointdelta", """{"version":3,"sequenceNumber":1,"deploymentDelta":"text"}""")] // the peer's belief
    [InlineData("checkpointdelta", """{"version":3,"checkpointHash":"00","sequenceNumber":1,"deploymentDelta":[]}""")]
    public async Task A_body_that_is_no_checkpoint_is_a_400_and_changes_nothing(string call, string body)
    {
        await using var test = await UpdateTest.Start(mode: SaveMode.Checkpoint);
        var run = await test.Begin();
        (await run.Verbatim(One, 1)).Expect();

        (await run.Saved(call, body)).Code.ShouldBe(400);

        (await test.Export()).ShouldBe(One);
    }

    private static string Text(IEnumerable<string> names) => Stock.Untyped(Stock.Deployment(names.Select(n => Stock.Resource(n))));
}
