using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Resources;
using Support;

namespace Server.Tests.Resources;

public class ResourceIndexTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_finished_state_is_indexed_and_the_one_before_is_gone(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await test.Import(SampleState.Large(ResourceTest.Stack, 130));
        await test.Import(SampleState.Shop(ResourceTest.Stack));

        var (index, rows) = await Read(test);

        rows.Count.ShouldBe(14);
        index.HasReadme.ShouldBeTrue();
        (await Database(test).QueryOne<long>($"SELECT COUNT(*) FROM resources", Ct)).ShouldBe(14);
        (await Database(test).QueryOne<long>($"SELECT COUNT(*) FROM states_to_index", Ct)).ShouldBe(0);
        var bucket = rows.Single(r => r.Name == "assets");
        bucket.ShouldSatisfyAllConditions(
            b => b.Urn.ShouldBe(ResourceTest.Urn("aws:s3/bucket:Bucket", "assets")),
            b => (b.Type, b.Package, b.PhysicalId).ShouldBe(("aws:s3/bucket:Bucket", "aws", "assets-id")),
            b => b.Parent.ShouldBe(rows[0].Urn),
            b => b.Provider.ShouldBe(rows[1].Urn),
            b => (b.Custom, b.Protect, b.External, b.IsDeleted).ShouldBe((true, true, false, false)),
            b => b.ModifiedMs.ShouldBe(new DateTimeOffset(2026, 11, 1, 8, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds())
        );
        rows.Single(r => r.Name == "web-0").DependencyOrdinals.ShouldBe([3, 4]);
        rows[1].Package.ShouldBe("aws");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_history_of_a_resource_says_which_version_made_changed_and_deleted_it(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await test.Import(Things(("a", 1), ("b", 1)));
        await test.Import(Things(("a", 1), ("b", 2)));
        (await test.Ann.Import(ResourceTest.Stack, Things(("a", 1)))).Expect(); // two at once
        (await test.Ann.Import(ResourceTest.Stack, Things(("a", 1), ("c", 1)))).Expect();
        await test.CatchUp();
        (await test.Ann.Post(StockClient.Stack(ResourceTest.Stack) + "/rename", new JsonObject { ["newName"] = "prod" })).Expect();
        await test.CatchUp();

        (await History(test, "a")).ShouldBe(["1 created"]);
        (await History(test, "b")).ShouldBe(["3 deleted", "2 changed", "1 created"]);
        (await History(test, "c")).ShouldBe(["4 created"]);
        var (_, rows) = await Read(test);
        rows[0].Urn.ShouldContain("urn:pulumi:prod::");
    }

    [Fact]
    public async Task A_resource_is_read_by_itself_whichever_part_of_the_state_it_is_in()
    {
        await using var test = await ResourceTest.Start();
        await test.Import(SampleState.Large(ResourceTest.Stack, 4000)); // about 1.5 MB, in three parts
        var (index, rows) = await Read(test);
        var text = test.Server.Services.GetRequiredService<ResourceText>();

        foreach (var row in rows.Where((_, i) => i % 97 == 0).Append(rows[^1]))
        {
            (await text.Read(index, row, Ct))!.Value.GetProperty("urn").GetString().ShouldBe(row.Urn);
        }

        await test.Import(SampleState.Large(ResourceTest.Stack, 3999)); // now it is kept as a difference
        (await text.Read(index, rows[2000], Ct))!.Value.GetProperty("urn").GetString().ShouldBe(rows[2000].Urn);
    }

    [Fact]
    public async Task A_new_state_is_indexed_without_anybody_asking_for_it()
    {
        await using var test = await ResourceTest.Start();
        (await test.Ann.Import(ResourceTest.Stack, SampleState.Shop(ResourceTest.Stack))).Expect();

        for (var tries = 0; (await Database(test).QueryOne<long>($"SELECT COUNT(*) FROM stack_index", Ct)) == 0; tries++)
        {
            tries.ShouldBeLessThan(100);
            await Task.Delay(50, Ct);
        }
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Database Database(ResourceTest test) => test.Server.Services.GetRequiredService<Database>();

    private static string Things(params (string Name, int Size)[] things) =>
        Stock.Untyped(Stock.Deployment(things.Select(t => Stock.Resource(t.Name, outputs: new JsonObject { ["size"] = t.Size }))));

    private static async Task<(IndexedState Index, List<IndexedResource> Rows)> Read(ResourceTest test)
    {
        var id = await Database(test).QueryOne<string>($"SELECT stack_id FROM stack_index", Ct);
        var store = test.Server.Services.GetRequiredService<ResourceIndexStore>();
        var index = (await store.Find(id!, Ct))!;
        return (index, await store.All(index.StateId, Ct));
    }

    private static async Task<IEnumerable<string>> History(ResourceTest test, string name)
    {
        var id = await Database(test).QueryOne<string>($"SELECT stack_id FROM stack_index", Ct);
        var store = test.Server.Services.GetRequiredService<ResourceListStore>();
        return (await store.History(id!, Stock.Urn(name), 100, Ct)).Select(e => $"{e.Version} {e.Change}");
    }
}
