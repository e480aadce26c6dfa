using System.Text.Json.Nodes;
using Support;

namespace Server.Tests.Updates;

/// <summary>Engine events, and the history.</summary>
public class EventTests
{
    private const string Stack = UpdateTest.Stack;

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Events_are_read_in_order_to_the_end_however_they_came(Engine engine) // P13
    {
        await using var test = await UpdateTest.Start(engine);
        var run = await test.Begin();
        var all = Enumerable.Range(0, 1510).Select(i => Stock.Event(i)).ToList();

        foreach (var batch in all.Chunk(50).Reverse())
        {
            (await run.EventBatch(batch)).Expect();
        }
        (await run.EventBatch(all.Take(50))).Expect(); // again
        var (seen, token) = await Read(test, run, "");
        token.ShouldNotBeNull(); // it runs
        (await Read(test, run, token)).Events.ShouldBeEmpty();
        await run.Complete();
        var (rest, end) = await Read(test, run, token);

        seen.ShouldBe(Enumerable.Range(0, 1510));
        rest.ShouldBeEmpty();
        end.ShouldBeNull();
    }

    [Fact]
    public async Task A_reader_waits_for_a_batch_that_is_still_under_way_but_not_for_one_that_is_lost()
    {
        await using var test = await UpdateTest.Start();
        var run = await test.Begin();
        (await run.EventBatch(Stock.Event(0), Stock.Event(1))).Expect();
        (await run.EventBatch(Stock.Event(4))).Expect();

        var (first, token) = await Read(test, run, "");
        first.ShouldBe([0, 1]);
        (await run.EventBatch(Stock.Event(2))).Expect();
        (var second, token) = await Read(test, run, token!);
        second.ShouldBe([2]);
        test.Server.Clock.Advance(TimeSpan.FromSeconds(30));

        (await Read(test, run, token!)).Events.ShouldBe([4]);
    }

    [Fact]
    public async Task Events_are_found_by_type_and_by_resource()
    {
        await using var test = await UpdateTest.Start();
        var run = await test.Begin();
        var diagnostic = new JsonObject
        {
            ["message"] = "m",
            ["color"] = "raw",
            ["severity"] = "info",
            ["urn"] = Stock.Urn("a"),
        };
        await run.Events(Stock.Event(0), Stock.Event(1, "diagnosticEvent", diagnostic), Stock.Summary(2));
        await run.Complete();

        (await Read(test, run, "", "type=diagnosticEvent&type=4")).Events.ShouldBe([1, 2]);
        (await Read(test, run, "", "urn=" + Uri.EscapeDataString(Stock.Urn("a")))).Events.ShouldBe([1]);
        (await test.Ann.Get(run.Address + "/events?type=99")).Code.ShouldBe(400);
        (await test.Ann.Get(run.Address + "/events?continuationToken=x")).Code.ShouldBe(400);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("7")]
    [InlineData("""{"events":{}}""")]
    [InlineData("""{"events":[{"timestamp":1}]}""")]
    [InlineData("""{"events":[{"sequence":-1}]}""")]
    [InlineData("""{"events":[{"sequence":"1"}]}""")]
    public async Task A_body_without_events_is_a_400(string body)
    {
        await using var test = await UpdateTest.Start();
        var run = await test.Begin();

        var answer = await test.Ann.Send(
            new(HttpMethod.Post, run.Address + "/events/batch")
            {
                Body = body,
                Packed = true,
                Lease = () => run.Lease,
            }
        );

        answer.Code.ShouldBe(400);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_import_is_an_update_that_is_over_at_once(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);

        var imported = (await test.Ann.Import(Stack, Stock.Untyped(Stock.Deployment(Stock.Resource("a"), Stock.Resource("b")))))
            .Expect()
            .Json;

        (await StockRun.Wait(test.Ann, Stack, imported["updateId"]!.GetValue<string>())).ShouldBe("succeeded");
        (await test.Names()).ShouldBe(["a", "b"]);
        var entry = (await test.History()).Single()!;
        (entry["kind"]!.GetValue<string>(), entry["version"]!.GetValue<int>(), entry["resourceCount"]!.GetValue<int>()).ShouldBe(
            ("import", 1, 2)
        );
        (await test.Ann.Import(Stack, "[]")).Code.ShouldBe(400);
        (await test.Ann.Import(Stack, "")).Code.ShouldBe(400);
        await test.Created("c");
        (await test.Names(1)).ShouldBe(["a", "b"]);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task History_begins_with_page_one_and_the_newest(Engine engine) // on-the-wire 5, "history"
    {
        await using var test = await UpdateTest.Start(engine);
        (await test.Ann.Get(StockClient.Stack(Stack) + "/updates/latest")).Code.ShouldBe(404);
        for (var i = 0; i < 5; i++)
        {
            await test.Created("a");
        }

        (await Versions("page=1&pageSize=2")).ShouldBe([5, 4]);
        (await Versions("page=3&pageSize=2")).ShouldBe([1]);
        (await Versions("page=4&pageSize=2")).ShouldBeEmpty();
        (await Versions("")).ShouldBe([5, 4, 3, 2, 1]);
        (await Versions("page=0")).ShouldBe([5, 4, 3, 2, 1]);
        (await test.Ann.Get(StockClient.Stack(Stack) + "/updates?page=x")).Code.ShouldBe(400);
        var paged = (await test.Ann.Get(StockClient.Stack(Stack) + "/updates?output-type=service&page=2&pageSize=2")).Expect().Json;
        (paged["total"]!.GetValue<int>(), paged["itemsPerPage"]!.GetValue<int>()).ShouldBe((5, 2));
        paged["updates"]!.AsArray().Select(u => u!["version"]!.GetValue<int>()).ShouldBe([3, 2]);
        var latest = (await test.Ann.Get(StockClient.Stack(Stack) + "/updates/latest")).Expect().Json;
        (latest["version"]!.GetValue<int>(), latest["requestedBy"]!["githubLogin"]!.GetValue<string>()).ShouldBe((5, "ann"));
        (await test.Ann.Get(StockClient.Stack(Stack) + "/updates/2")).Expect().Json["version"]!.GetValue<int>().ShouldBe(2);
        (await test.Ann.Get(StockClient.Stack(Stack) + "/updates/2/summary")).Expect().Json["result"]!
            .GetValue<string>()
            .ShouldBe("succeeded");
        (await test.Ann.Get(StockClient.Stack(Stack) + "/updates/2/timeline")).Expect().Json["update"]!["version"]!
            .GetValue<int>()
            .ShouldBe(2);
        (await test.Ann.Get(StockClient.Stack(Stack) + "/updates/99")).Code.ShouldBe(404);

        async Task<IReadOnlyList<int>> Versions(string query) =>
            [
                .. (await test.Ann.Get($"{StockClient.Stack(Stack)}/updates?{query}")).Expect().Json["updates"]!
                    .AsArray()
                    .Select(u => u!["version"]!.GetValue<int>()),
            ];
    }

    private static async Task<(List<int> Events, string? Token)> Read(UpdateTest test, StockRun run, string token, string query = "")
    {
        var events = new List<int>();
        while (true)
        {
            var page = (await test.Ann.Get($"{run.Address}/events?continuationToken={token}&{query}")).Expect().Json;
            var fresh = page["events"]!.AsArray();
            events.AddRange(fresh.Select(e => e!["sequence"]!.GetValue<int>()));
            fresh.ShouldAllBe(e => e![e["type"]!.GetValue<string>()] != null);
            var next = page["continuationToken"]?.GetValue<string>();
            if (next is null || next == token)
            {
                return (events, next);
            }
            token = next;
        }
    }
}
