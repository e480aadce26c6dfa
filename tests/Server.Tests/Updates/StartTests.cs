using System.Net;
using System.Text.Json.Nodes;
using Server.Settings;
using Support;

namespace Server.Tests.Updates;

/// <summary>Who gets a stack, and what the others are told.</summary>
public class StartTests
{
    private const string Stack = UpdateTest.Stack;

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Of_many_that_start_at_once_one_runs(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);
        var runs = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => StockRun.Create(test.Ann, Stack)));

        var answers = await Task.WhenAll(runs.Select(r => r.TryStart()));

        answers.Count(a => a.Code == 0).ShouldBe(1);
        answers.Count(a => a.Code == 409).ShouldBe(11);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Of_many_that_find_a_stack_without_a_client_one_runs_and_nothing_is_lost(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);
        await test.Creating("a");
        test.Server.Clock.Advance(TimeSpan.FromMinutes(6));
        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StockRun.Create(test.Ann, Stack)));

        var answers = await Task.WhenAll(runs.Select(r => r.TryStart()));

        answers.Count(a => a.Code == 0).ShouldBe(1);
        answers.Single(a => a.Code == 0).Json["version"]!.GetValue<int>().ShouldBe(2);
        (await test.Names()).ShouldBe(["a"]);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_conflict_says_who_runs_what_from_where_since_when_until_when_and_what_to_do(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);
        var since = test.Server.Clock.GetUtcNow().UtcDateTime;
        await test.Begin("destroy");
        test.Server.Clock.Advance(TimeSpan.FromSeconds(65));

        var refused = await (await StockRun.Create(test.Ann, Stack)).TryStart();

        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.Conflict, 409));
        refused.Message.ShouldStartWith("Conflict: Another update is currently in progress. 'ann' runs a destroy (version 1) from ");
        refused.Message.ShouldContain("(v3.260.0; linux; cmd=up) since ");
        refused.Message.ShouldContain($"since {since:yyyy-MM-dd HH:mm:ss} UTC, 1 min ago. It was last heard of 1 min ago;");
        refused.Message.ShouldContain($"its lease ends at {since.AddMinutes(5):yyyy-MM-dd HH:mm:ss} UTC");
        refused.Message.ShouldContain("`pulumi cancel`");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Previews_neither_wait_for_an_update_nor_hold_one_up_nor_change_anything(Engine engine) // P9
    {
        await using var test = await UpdateTest.Start(engine);
        var up = await test.Creating("a");

        var plain = await test.Begin("preview", dryRun: true);
        test.Server.Clock.Advance(TimeSpan.FromSeconds(1));
        var previews = new[] { plain, await test.Begin("update", dryRun: true) };

        foreach (var preview in previews)
        {
            preview.Lease.ShouldNotBeEmpty();
            preview.Version.ShouldBe(0);
            (await preview.Journal(Stock.SecretsManager())).Code.ShouldBe(403);
            (await preview.Checkpoint(Stock.Deployment().ToJsonString())).Code.ShouldBe(403);
            (await preview.EventBatch(Stock.Event(0))).Code.ShouldBe(0);
            await preview.Complete();
        }
        await up.Complete();
        (await test.Names()).ShouldBe(["a"]);
        (await test.History()).Count.ShouldBe(1);
        var listed = (await test.Ann.Get(StockClient.Stack(Stack) + "/updates/latest/previews?asc=false&pageSize=1&page=1")).Expect().Json;
        listed["updates"]!.AsArray().Single()!["info"]!["kind"]!.GetValue<string>().ShouldBe("Pupdate");
        await test.Created("b"); // whatever was previewed before (HappyPumi)
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_preview_beside_an_update_does_not_hide_it_from_who_wants_to_cancel(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);
        var up = await test.Creating("a");

        var running = await test.Begin("preview", dryRun: true);
        (await Active(test)).ShouldBe(up.Id);
        await running.Complete();
        (await Active(test)).ShouldBe(up.Id);
        await up.Complete();
        await (await test.Begin("preview", dryRun: true)).Complete();
        (await Active(test)).ShouldNotBe(up.Id);
    }

    /// <summary>What <c>pulumi cancel</c> cancels.</summary>
    private static async Task<string> Active(UpdateTest test) =>
        (await test.Ann.Get(StockClient.Stack(Stack))).Expect().Json["activeUpdate"]!.GetValue<string>();

    [Theory]
    [InlineData("update", true)]
    [InlineData("preview", false)]
    [InlineData("refresh", false)]
    [InlineData("destroy", true)]
    public async Task The_option_decides_whether_it_is_a_dry_run_not_the_address(string kind, bool dryRun)
    {
        await using var test = await UpdateTest.Start();

        (await test.Begin(kind, dryRun)).Version.ShouldBe(dryRun ? 0 : 1);
    }

    [Theory, InlineData("preview"), InlineData("refresh"), InlineData("destroy")]
    public async Task Any_kind_may_stand_in_the_address_of_an_update(string kind)
    {
        await using var test = await UpdateTest.Start();
        var run = await test.Begin();

        var status = await test.Ann.Get($"{StockClient.Stack(Stack)}/{kind}/{run.Id}");

        status.Expect().Json["status"]!.GetValue<string>().ShouldBe("running");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Starting_replaces_all_tags_or_leaves_them_alone(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);

        await (await StockRun.Begin(test.Ann, Stack, tags: new JsonObject { ["a"] = "1", ["b"] = "2" })).Complete();
        (await Tags()).ShouldBe("""{"a":"1","b":"2"}""");
        await (await StockRun.Begin(test.Ann, Stack, tags: new JsonObject { ["b"] = "3" })).Complete();
        (await Tags()).ShouldBe("""{"b":"3"}""");
        await (await StockRun.Begin(test.Ann, Stack)).Complete();
        (await Tags()).ShouldBe("""{"b":"3"}""");

        async Task<string> Tags() => (await test.Ann.Get(StockClient.Stack(Stack))).Json["tags"]!.ToJsonString();
    }

    [Fact]
    public async Task An_update_starts_once_and_an_unknown_one_never()
    {
        await using var test = await UpdateTest.Start();
        var run = await test.Begin();

        (await run.TryStart()).Code.ShouldBe(409);
        (await test.Ann.Post(StockClient.Stack(Stack) + "/update/nothing", new JsonObject())).Code.ShouldBe(404);
        (await test.Ann.Post(StockClient.Stack(Stack) + "/update/nothing/cancel", null)).Code.ShouldBe(404);
        (await (await StockRun.Create(test.Ann, Stack)).Cancel()).Code.ShouldBe(409);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_stack_in_use_says_so_and_is_neither_deleted_nor_imported_into(Engine engine) // 06x
    {
        await using var test = await UpdateTest.Start(engine);
        var run = await test.Creating("a");

        var stack = (await test.Ann.Get(StockClient.Stack(Stack))).Expect().Json;
        stack["activeUpdate"]!.GetValue<string>().ShouldBe(run.Id);
        stack["currentOperation"]!["kind"]!.GetValue<string>().ShouldBe("update");
        (await test.Ann.Send(new(HttpMethod.Delete, StockClient.Stack(Stack) + "?force=true"))).Code.ShouldBe(409);
        (await test.Ann.Import(Stack, Stock.Untyped(Stock.Deployment()))).Code.ShouldBe(409);
        await run.Complete();
        (await test.Names()).ShouldBe(["a"]);
        stack = (await test.Ann.Get(StockClient.Stack(Stack))).Expect().Json;
        stack["activeUpdate"]!.GetValue<string>().ShouldBe(run.Id);
        stack["currentOperation"].ShouldBeNull();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task One_call_begins_an_update_with_its_stack_and_its_state(Engine engine) // P17
    {
        await using var test = await UpdateTest.Start(engine);
        await test.Created("a");

        var begun = (await test.Ann.Post(StockClient.Stack(Stack) + "/begin-update", Request("resource-import"))).Expect().Json;

        begun["version"]!.GetValue<int>().ShouldBe(2);
        begun["token"]!.GetValue<string>().ShouldNotBeEmpty();
        begun["journalVersion"]!.GetValue<int>().ShouldBe(1);
        begun["requiredPolicies"]!.AsArray().ShouldBeEmpty();
        Stock.Names(begun["deployment"]!).ShouldBe(["a"]);
        begun["stack"]!["stackName"]!.GetValue<string>().ShouldBe("dev");
        begun["stack"]!["activeUpdate"]!.GetValue<string>().ShouldBe(begun["updateID"]!.GetValue<string>());
        (await test.Ann.Post(StockClient.Stack(Stack) + "/begin-update", Request("update"))).Code.ShouldBe(409);
        (await test.Ann.Post(StockClient.Stack(Stack) + "/begin-update", Request("odd"))).Code.ShouldBe(400);

        static JsonObject Request(string kind) =>
            new()
            {
                ["updateKind"] = kind,
                ["program"] = StockRun.Program(dryRun: false),
                ["journalVersion"] = 1,
            };
    }

    [Theory]
    [InlineData(SaveMode.Journal, true)]
    [InlineData(SaveMode.Checkpoint, false)]
    [InlineData(SaveMode.Auto, false)] // loopback
    public async Task The_setting_decides_how_an_update_saves(SaveMode mode, bool journal)
    {
        await using var test = await UpdateTest.Start(mode: mode);

        (await test.Begin()).Journals.ShouldBe(journal);
        var old = await StockRun.Create(test.Ann, Stack);
        test.Server.Clock.Advance(TimeSpan.FromMinutes(6));
        (await old.TryStart(journaling: false)).Expect().Json["journalVersion"].ShouldBeNull(); // its client does not speak it
    }
}
