using System.Net;
using Support;

namespace Server.Tests.Updates;

public class LifecycleTests
{
    private const string Stack = "ann/web/dev";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_journaled_update_leaves_what_its_journal_says(Engine engine)
    {
        await using var server = await TestServer.Start(engine, s => s with { SaveMode = Server.Settings.SaveMode.Journal });
        using var ann = await server.StockOf("ann");
        await ann.CreateStack(Stack);

        var run = await StockRun.Begin(ann, Stack);
        run.Journals.ShouldBeTrue();
        run.Version.ShouldBe(1);
        (await run.Journal(Stock.SecretsManager())).Status.ShouldBe(HttpStatusCode.NoContent);
        (long sequence, long operation) = (1, 0);
        (await run.Journal(Stock.Create(ref sequence, ref operation, "a"))).Status.ShouldBe(HttpStatusCode.NoContent);
        (await run.Journal(Stock.Begin(4, 2, "creating", Stock.Resource("b")))).Status.ShouldBe(HttpStatusCode.NoContent);

        var meanwhile = await ann.Export(Stack);
        Stock.Names(meanwhile).ShouldBe(["a"]);
        Stock.Pending(meanwhile).ShouldBe(["creating b"]);

        await run.Journal(Stock.Success(5, 2, Stock.Resource("b")));
        await run.Events(Stock.Event(0), Stock.Summary(1, ("create", 2)));
        await run.Complete();

        var after = await ann.Export(Stack);
        Stock.Names(after).ShouldBe(["a", "b"]);
        Stock.Pending(after).ShouldBeEmpty();
        var entry = (await ann.Get(StockClient.Stack(Stack) + "/updates?pageSize=10&page=1")).Json["updates"]!
            .AsArray()
            .ShouldHaveSingleItem()!;
        entry["kind"]!.GetValue<string>().ShouldBe("update");
        entry["version"]!.GetValue<int>().ShouldBe(1);
        entry["result"]!.GetValue<string>().ShouldBe("succeeded");
        entry["resourceChanges"]!.ToJsonString().ShouldBe("""{"create":2}""");
        entry["resourceCount"]!.GetValue<int>().ShouldBe(2);
        entry["config"]!["web:port"]!["string"]!.GetValue<string>().ShouldBe("80");
        entry["environment"]!["git.head"]!.GetValue<string>().ShouldBe("abc");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_update_with_checkpoints_leaves_the_last_one(Engine engine)
    {
        await using var server = await TestServer.Start(engine, s => s with { SaveMode = Server.Settings.SaveMode.Checkpoint });
        using var ann = await server.StockOf("ann");
        await ann.CreateStack(Stack);

        var run = await StockRun.Begin(ann, Stack);
        run.Journals.ShouldBeFalse();
        (await run.Checkpoint(Stock.Deployment(Stock.Resource("a")).ToJsonString())).Status.ShouldBe(HttpStatusCode.NoContent);
        Stock.Names(await ann.Export(Stack)).ShouldBe(["a"]);
        (await run.Checkpoint(Stock.Deployment(Stock.Resource("a"), Stock.Resource("b")).ToJsonString())).Status.ShouldBe(
            HttpStatusCode.NoContent
        );
        await run.Complete("failed");

        Stock.Names(await ann.Export(Stack)).ShouldBe(["a", "b"]);
        Stock.Names(await ann.Export(Stack, 1)).ShouldBe(["a", "b"]);
    }
}
