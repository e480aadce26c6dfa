using System.Net;
using System.Text.Json.Nodes;
using Server.Tests.AuditLog;
using Server.Tests.Stacks;
using Server.Tests.Updates.Pages;
using Support;

namespace Server.Tests.Updates;

/// <summary>History that was made elsewhere (docs/decisions/0016-imported-history.md).</summary>
public sealed class PastUpdatesTests
{
    private const string Stack = UpdateTest.Stack;
    private const string Path = "/api/console/stacks/" + Stack + "/past-updates";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task It_is_read_as_it_was_and_says_who_brought_it(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);
        Status(await test.Ann.Get(Path)).ShouldBe((true, 0, 0));

        Status(await Add(test, Entry(2), Entry(5, "destroy", "failed"))).ShouldBe((true, 5, 0));
        Status(await AddState(test, 2, "a")).ShouldBe((true, 5, 2));
        Status(await AddState(test, 5, "a", "b")).ShouldBe((true, 5, 5));

        var history = await test.History();
        history.Select(e => e!["version"]!.GetValue<long>()).ShouldBe([5, 2]);
        var first = history[1]!;
        var environment = first["environment"]!.AsObject();
        environment["holdfast.imported-by"]!.GetValue<string>().ShouldBe("ann");
        environment.Remove("holdfast.imported-by");
        environment.Remove("holdfast.imported-at").ShouldBeTrue();
        first["resourceCount"]!.GetValue<long>().ShouldBe(1);
        first.AsObject().Remove("resourceCount");
        JsonNode.DeepEquals(first, Entry(2)).ShouldBeTrue(first.ToJsonString());
        (history[0]!["kind"]!.GetValue<string>(), history[0]!["result"]!.GetValue<string>()).ShouldBe(("destroy", "failed"));
        (await test.Names(2)).ShouldBe(["a"]);
        (await test.Names()).ShouldBe(["a", "b"]);
        (await test.Ann.Get(StockClient.Stack(Stack))).Expect().Json["version"]!.GetValue<long>().ShouldBe(5);
    }

    [Fact]
    public async Task It_goes_on_where_it_was_interrupted()
    {
        await using var test = await UpdateTest.Start();
        await Add(test, Entry(1));
        await AddState(test, 1, "a");

        (await Add(test, Entry(1), Entry(2))).Message.ShouldContain("has version 1 already; go on after that");
        (await AddState(test, 1, "b")).Code.ShouldBe(409);
        (await AddState(test, 2, "b")).Code.ShouldBe(404);
        Status(await Add(test, Entry(2))).ShouldBe((true, 2, 1));

        (await test.Names(1)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_stack_that_something_has_happened_to_takes_none()
    {
        await using var test = await UpdateTest.Start();
        await Add(test, Entry(1));
        await (await test.Begin(dryRun: true)).Complete();
        Status(await test.Ann.Get(Path)).ShouldBe((true, 1, 0));
        var running = await test.Creating("a");
        (await Add(test, Entry(2))).Message.ShouldContain("Another update is currently in progress");
        await running.Complete();

        Status(await test.Ann.Get(Path)).ShouldBe((false, 2, 2));
        var refused = await Add(test, Entry(3));

        (refused.Code, refused.Message).ShouldBe(
            (
                409,
                "Conflict: Something has happened to the stack 'ann/web/dev' already, so it takes no past updates. Make a new stack for them."
            )
        );
        (await AddState(test, 1, "b")).Code.ShouldBe(409);
        (await test.History()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_state_of_an_update_that_came_without_one_is_not_made_up()
    {
        await using var test = await PagesTest.Start();
        (await test.Ann.Post(Path, new JsonObject { ["updates"] = new JsonArray(Entry(1), Entry(2), Entry(3)) })).Expect();
        (await Put(test.Ann, 1, State("a"))).Expect();
        (await Put(test.Ann, 3, State("a", "b"))).Expect();

        var refused = await test.Ann.Get(StockClient.Stack(Stack) + "/export/2");

        (refused.Code, refused.Message).ShouldBe((404, "Not Found: Version 2 of the stack 'ann/web/dev' was imported without its state"));
        (await test.Ann.Get(StockClient.Stack(Stack) + "/resources/2")).Code.ShouldBe(404);
        foreach (var page in new[] { "/updates/2/rollback", "/updates/2/state", "/updates/compare?from=1&to=2" })
        {
            await test.Open(page);
            test.Browser.Status.ShouldBe(HttpStatusCode.NotFound, page);
        }
        await test.Open("/updates/2");
        test.All(".links a").ShouldBeEmpty();
        await test.Open("/updates/1");
        test.All(".notice").ShouldHaveSingleItem().ShouldStartWith("This update was made elsewhere. What is told of it was imported");
        test.One(".about").ShouldStartWith("imported by ann");
        await test.Open("/updates/compare?from=1&to=3");
        test.One(".counts").ShouldBe("+1 added =1 unchanged");
    }

    [Fact]
    public async Task Secrets_of_another_stack_do_not_come_along()
    {
        await using var test = await UpdateTest.Start();
        await Add(test, Entry(1));
        var state = JsonNode.Parse(State("a"))!;
        state["deployment"]!["secrets_providers"] = new JsonObject { ["type"] = "service" };
        state["deployment"]!["resources"]![0]!["outputs"] = new JsonObject
        {
            ["x"] = new JsonObject
            {
                ["4dabf18193072939515e22adb298388d"] = "1b47061264138c4ac30d75fd1eb44270",
                ["ciphertext"] = "bm90aGluZw==",
            },
        };

        (await Put(test.Ann, 1, state.ToJsonString())).Message.ShouldContain("not encrypted for the stack 'ann/web/dev'");
        (await Put(test.Ann, 1, "{}")).Code.ShouldBe(400);
        Status(await test.Ann.Get(Path)).ShouldBe((true, 1, 0));
    }

    [Theory]
    [InlineData("version", "0", "is not a version")]
    [InlineData("version", "9223372036854775807", "is not a version")]
    [InlineData("kind", "\"preview\"", "its kind must be one of")]
    [InlineData("result", "\"in-progress\"", "it has to be over")]
    [InlineData("startTime", "1700000500", "it cannot end before it starts")]
    [InlineData("endTime", "9223372036854775807", "its times must be")]
    [InlineData("config", "[]", "its config, environment and resourceChanges must be")]
    [InlineData("environment", "{\"a\":1}", "its config, environment and resourceChanges must be")]
    [InlineData("resourceChanges", "{\"create\":\"many\"}", "its config, environment and resourceChanges must be")]
    public async Task What_is_no_past_update_is_refused(string member, string value, string why)
    {
        await using var test = await UpdateTest.Start();
        var entry = Entry(1);
        entry[member] = JsonNode.Parse(value);

        var refused = await Add(test, entry);

        (refused.Code, refused.Message.Contains(why, StringComparison.Ordinal)).ShouldBe((400, true), refused.Message);
        (await test.History()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nor_is_a_batch_that_is_empty_or_too_large_or_out_of_order()
    {
        await using var test = await UpdateTest.Start();

        foreach (var versions in new int[][] { [], [2, 1], [1, 1], [.. Enumerable.Range(1, 101)] })
        {
            (await Add(test, [.. versions.Select(v => Entry(v))])).Code.ShouldBe(400);
        }
        (await test.Ann.Post(Path, new JsonObject())).Code.ShouldBe(400);
        (await test.Ann.Post(Path, new JsonObject { ["updates"] = new JsonArray((JsonNode?)null) })).Code.ShouldBe(400);
        (await test.Ann.Post(Path, new JsonObject { ["updates"] = new JsonArray(new JsonObject { ["version"] = 1 }) })).Code.ShouldBe(400);
        (await test.History()).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_written_down()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        (await ann.Post("/api/stacks/ann/web", """{"stackName":"dev"}""")).EnsureSuccessStatusCode();
        (await ann.Post(Path, new JsonObject { ["updates"] = new JsonArray(Entry(1), Entry(2)) }.ToJsonString())).EnsureSuccessStatusCode();
        (await ann.PutAsync(Path + "/2/state", new StringContent(State("a")))).EnsureSuccessStatusCode();

        var events = (await AuditLogTests.List(ann, "/api/orgs/ann/auditlogs")).AuditLogEvents.Where(e => e.Event == "stack-imported");

        events
            .Select(e => e.Description)
            .ShouldBe([
                "Imported the state of the past update 2 of ann/web/dev",
                "Imported the past updates 1 to 2 into the history of ann/web/dev, as made elsewhere",
            ]);
    }

    private static JsonObject Entry(long version, string kind = "update", string result = "succeeded") =>
        new()
        {
            ["kind"] = kind,
            ["startTime"] = 1_700_000_000 + version,
            ["message"] = "who knows",
            ["environment"] = new JsonObject { ["git.author"] = "eve" },
            ["config"] = new JsonObject
            {
                ["web:size"] = new JsonObject
                {
                    ["string"] = "12",
                    ["secret"] = false,
                    ["object"] = false,
                },
            },
            ["result"] = result,
            ["endTime"] = 1_700_000_100 + version,
            ["version"] = version,
            ["resourceChanges"] = new JsonObject { ["create"] = 1 },
        };

    private static string State(params string[] names) => Stock.Untyped(Stock.Deployment(names.Select(n => Stock.Resource(n))));

    private static Task<StockAnswer> Add(UpdateTest test, params JsonNode[] entries) =>
        test.Ann.Post(Path, new JsonObject { ["updates"] = new JsonArray(entries) });

    private static Task<StockAnswer> AddState(UpdateTest test, long version, params string[] names) => Put(test.Ann, version, State(names));

    private static Task<StockAnswer> Put(StockClient client, long version, string state) =>
        client.Send(new(HttpMethod.Put, $"{Path}/{version}/state") { Body = state, Packed = true });

    private static (bool Open, long Version, long StateVersion) Status(StockAnswer answer)
    {
        var status = answer.Expect().Json;
        return (status["open"]!.GetValue<bool>(), status["version"]!.GetValue<long>(), status["stateVersion"]!.GetValue<long>());
    }
}
