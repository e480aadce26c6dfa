using System.Net;
using Server.Settings;
using Support;

namespace Server.Tests.Updates;

/// <summary>Whatever was acknowledged is in the state afterwards, however the update ends.</summary>
public class EndingTests
{
    public static TheoryData<Engine, SaveMode> All =>
        new()
        {
            { Engine.Sqlite, SaveMode.Journal },
            { Engine.Sqlite, SaveMode.Checkpoint },
            { Engine.PostgreSql, SaveMode.Journal },
            { Engine.PostgreSql, SaveMode.Checkpoint },
        };

    [Theory, MemberData(nameof(All))]
    public async Task A_failed_update_keeps_what_it_has_created(Engine engine, SaveMode mode) // P1, P12, 05-fail
    {
        await using var test = await UpdateTest.Start(engine, mode);

        await (await test.Creating("a", "b")).Complete("failed");

        (await test.Names()).ShouldBe(["a", "b"]);
        (await test.History())[0]!["result"]!.GetValue<string>().ShouldBe("failed");
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_cancelled_update_keeps_what_it_has_created_and_its_client_is_refused_from_then_on(Engine engine, SaveMode mode) // P2, 06-cancel
    {
        await using var test = await UpdateTest.Start(engine, mode);
        var run = await test.Creating("a", "b");

        (await run.Cancel()).Status.ShouldBe(HttpStatusCode.NoContent);

        (await test.Names()).ShouldBe(["a", "b"]);
        var write = run.Journals
            ? await run.Journal(Stock.Entry(9, 1, 9, ("state", Stock.Resource("c"))))
            : await run.Checkpoint(Stock.Deployment().ToJsonString());
        write.Code.ShouldBe(403);
        write.Message.ShouldContain("was cancelled by 'ann'");
        (await run.Renew()).Code.ShouldBe(403);
        (await run.EventBatch(Stock.Event(0))).Code.ShouldBe(403);
        (await run.TryComplete("succeeded")).Code.ShouldBe(409);
        (await run.TryComplete("failed")).Status.ShouldBe(HttpStatusCode.NoContent); // the CLI is not to end with our complaint
        (await run.Cancel()).Status.ShouldBe(HttpStatusCode.NoContent); // its answer was lost
        (await test.Names()).ShouldBe(["a", "b"]);
        (await test.History())[0]!["environment"]!["holdfast.ended"]!.GetValue<string>().ShouldBe("was cancelled by 'ann'");
        await test.Created("c"); // the lease is free
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_killed_client_loses_nothing_but_its_lease(Engine engine, SaveMode mode) // P2, 07-kill9
    {
        await using var test = await UpdateTest.Start(engine, mode);
        var run = await test.Creating("a", "b");
        (await test.Names()).ShouldBe(["a", "b"]); // before, during …

        test.Server.Clock.Advance(TimeSpan.FromSeconds(299));
        (await (await StockRun.Create(test.Ann, UpdateTest.Stack)).TryStart()).Code.ShouldBe(409);
        test.Server.Clock.Advance(TimeSpan.FromSeconds(2));

        var next = await test.Begin(); // … and after
        Stock.Names(next.Base).ShouldBe(["a", "b"]);
        next.Version.ShouldBe(2);
        (await run.Renew()).Code.ShouldBe(403);
        (await run.TryComplete("succeeded")).Code.ShouldBe(409);
        (await run.TryComplete("failed")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await test.History())[1]!["result"]!.GetValue<string>().ShouldBe("failed");
    }

    [Theory, MemberData(nameof(All))]
    public async Task The_server_ends_updates_whose_client_is_gone_by_itself(Engine engine, SaveMode mode)
    {
        await using var test = await UpdateTest.Start(engine, mode);
        await test.Creating("a");

        for (var tries = 0; (await test.History())[0]!["result"]!.GetValue<string>() == "in-progress"; tries++)
        {
            tries.ShouldBeLessThan(100);
            test.Server.Clock.Advance(TimeSpan.FromSeconds(31));
            await Task.Delay(50);
        }

        (await test.Names()).ShouldBe(["a"]);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Renewing_keeps_an_update_alive_with_the_token_that_it_has(Engine engine, SaveMode mode) // 17b-lease
    {
        await using var test = await UpdateTest.Start(engine, mode);
        var run = await test.Creating("a");
        var token = run.Lease;

        for (var i = 0; i < 5; i++)
        {
            test.Server.Clock.Advance(TimeSpan.FromSeconds(187));
            var renewed = (await run.Renew()).Expect().Json;
            renewed["token"]!.GetValue<string>().ShouldBe(token);
            renewed["tokenExpiration"]!.GetValue<long>().ShouldBe(test.Server.Clock.GetUtcNow().ToUnixTimeSeconds() + 300);
        }

        await run.Complete();
        (await test.Names()).ShouldBe(["a"]);
    }

    [Theory]
    [InlineData(-1, 400)]
    [InlineData(301, 400)]
    [InlineData(0, 0)]
    [InlineData(300, 0)]
    public async Task A_lease_is_renewed_for_up_to_five_minutes(int seconds, int code)
    {
        await using var test = await UpdateTest.Start();

        (await (await test.Begin()).Renew(seconds)).Code.ShouldBe(code);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Completing_again_is_answered_as_the_first_time_unless_it_says_something_else(Engine engine, SaveMode mode)
    {
        await using var test = await UpdateTest.Start(engine, mode);
        var run = await test.Creating("a");

        await run.Complete();
        await run.Complete();

        (await run.TryComplete("failed")).Code.ShouldBe(409);
        (await run.TryComplete("odd")).Code.ShouldBe(400);
        (await run.Cancel()).Code.ShouldBe(409);
        (await test.History()).Count.ShouldBe(1);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_update_that_saved_nothing_leaves_the_state_as_it_was(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);
        await test.Created("a");

        await (await test.Begin()).Complete("failed");

        (await test.Names()).ShouldBe(["a"]);
        (await test.Names(2)).ShouldBe(["a"]);
        (await test.Ann.Get(StockClient.Stack(UpdateTest.Stack) + "/export/3")).Text.ShouldContain("has no version 3; its last is 2");
        (await test.Ann.Get(StockClient.Stack(UpdateTest.Stack) + "/export/x")).Code.ShouldBe(400);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Many_who_end_one_update_at_once_end_it_once(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);
        var run = await test.Creating("a", "b");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? run.TryComplete() : run.Cancel()));

        answers.ShouldAllBe(a => a.Code == 0 || a.Code == 409);
        answers.ShouldContain(a => a.Code == 0);
        (await test.History()).Count.ShouldBe(1);
        (await test.Names()).ShouldBe(["a", "b"]);
        await test.Created("c");
    }

    [Theory, MemberData(nameof(All))]
    public async Task Every_write_that_was_acknowledged_before_a_cancel_is_kept(Engine engine, SaveMode mode)
    {
        await using var test = await UpdateTest.Start(engine, mode);
        for (var round = 0; round < 5; round++)
        {
            var run = await test.Begin();
            var acknowledged = new List<string>();
            var writing = Task.Run(async () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    var name = $"r{round}-{i}";
                    var answer = run.Journals
                        ? await run.Journal(Stock.Success(i + 1, i + 1, Stock.Resource(name)))
                        : await run.Checkpoint(Stock.Deployment(acknowledged.Append(name).Select(n => Stock.Resource(n))).ToJsonString());
                    if (answer.Code != 0)
                    {
                        answer.Code.ShouldBe(403);
                        return;
                    }
                    acknowledged.Add(name);
                }
            });
            await Task.Delay(30 * round);
            (await run.Cancel()).Expect();
            await writing;

            var names = await test.Names();
            names.Where(n => n.StartsWith($"r{round}-", StringComparison.Ordinal)).ShouldBe(acknowledged);
        }
    }
}
