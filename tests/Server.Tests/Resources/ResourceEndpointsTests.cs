using System.Text.Json.Nodes;
using Support;

namespace Server.Tests.Resources;

public class ResourceEndpointsTests
{
    private static readonly string Path = StockClient.Stack(ResourceTest.Stack);

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Resources_are_listed_at_every_version_and_read_one_by_one(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        (await test.Ann.Get(Path + "/resources/count")).Json.ToJsonString().ShouldBe("""{"resourceCount":0,"version":0}""");
        (await test.Ann.Get(Path + "/resources/latest")).Json.ToJsonString().ShouldBe("""{"region":"","version":0,"resources":[]}""");
        await test.Import(SampleState.Shop(ResourceTest.Stack));
        await test.Import(SampleState.Large(ResourceTest.Stack, 300));

        (await test.Ann.Get(Path + "/resources/count")).Json.ToJsonString().ShouldBe("""{"resourceCount":300,"version":2}""");
        (await test.Ann.Get(Path + "/resources/latest")).Json["resources"]!.AsArray().Count.ShouldBe(300);
        var first = (await test.Ann.Get(Path + "/resources/1")).Json;
        first["resources"]!.AsArray().Count.ShouldBe(14);
        first["resources"]![10]!["resource"]!["dependencies"]!.AsArray().Count.ShouldBe(2);
        var urn = ResourceTest.Urn("aws:s3/bucket:Bucket", "assets");
        foreach (var escaped in new[] { Uri.EscapeDataString(urn), urn })
        {
            var one = (await test.Ann.Get($"{Path}/resources/1/{escaped}")).Expect().Json;
            (one["version"]!.GetValue<long>(), one["resource"]!["resource"]!["id"]!.GetValue<string>()).ShouldBe((1, "assets-id"));
        }
        (await test.Ann.Get($"{Path}/resources/latest/{urn}")).Code.ShouldBe(404);
        (await test.Ann.Get(Path + "/resources/3")).Code.ShouldBe(404);
        (await test.Ann.Get(Path + "/resources/x")).Code.ShouldBe(404);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task References_are_found_in_both_directions_and_through_former_names(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await test.Ann.CreateStack("ann/net/prod");
        await test.Import(SampleState.Shop(ResourceTest.Stack, upstream: "ann/net/prod"));
        (await test.Ann.Post("/api/stacks/ann/net/prod/rename", new JsonObject { ["newName"] = "main" })).Expect();

        var down = (await test.Ann.Get("/api/stacks/ann/net/main/downstreamreferences")).Json.ToJsonString();
        down.ShouldBe("""{"referencedStacks":[{"name":"dev","organization":"ann","routingProject":"web","version":1}]}""");
        var up = (await test.Ann.Get(Path + "/upstreamreferences")).Json.ToJsonString();
        up.ShouldBe("""{"referencedStacks":[{"name":"prod","organization":"ann","routingProject":"net","version":1}]}""");
        var overview = (await test.Ann.Get("/api/console" + Path["/api".Length..] + "/overview")).Expect().Json;
        overview["resources"]!["resources"]!.AsArray().Count.ShouldBe(15);
        overview["referencedStacks"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Activity_has_updates_and_previews_in_their_order(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await test.Import(SampleState.Shop(ResourceTest.Stack));
        test.Server.Clock.Advance(TimeSpan.FromMinutes(1));
        await (await StockRun.Begin(test.Ann, ResourceTest.Stack, "preview", dryRun: true)).Complete();

        var all = (await test.Ann.Get(Path + "/activity?page=0")).Json;
        all["activity"]!.AsArray().Select(a => a!["update"]!["info"]!["kind"]!.GetValue<string>()).ShouldBe(["preview", "import"]);
        var second = (await test.Ann.Get(Path + "/activity?page=2&pageSize=1")).Json;
        second["activity"]!.AsArray().Select(a => a!["update"]!["info"]!["kind"]!.GetValue<string>()).ShouldBe(["import"]);
        (second["total"]!.GetValue<long>(), second["itemsPerPage"]!.GetValue<long>()).ShouldBe((2, 1));
        (await test.Ann.Get(Path + "/activity?page=x")).Code.ShouldBe(400);
        await test.Browser.Open($"/{ResourceTest.Stack}/activity");
        test.Browser.Page.QuerySelectorAll(".activity li a").Select(a => a.TextContent.Trim()).ShouldBe(["preview", "import 1"]);
    }
}
