using System.Net;
using Server.Settings;
using Support;

namespace Server.Tests.Updates;

/// <summary>Restarts, lost answers, several processes.</summary>
public class ContinuityTests
{
    public static TheoryData<Engine, SaveMode> All => EndingTests.All;

    [Theory, MemberData(nameof(All))]
    public async Task An_update_does_not_notice_that_the_server_starts_again(Engine engine, SaveMode mode) // 19-outage
    {
        await using var test = await UpdateTest.Start(engine, mode);
        var run = await test.Creating("a");

        await test.Server.Restart();

        (await test.Names()).ShouldBe(["a"]);
        (await run.Renew()).Expect();
        if (run.Journals)
        {
            (await run.Journal(Stock.Success(20, 20, Stock.Resource("b")))).Expect();
        }
        else
        {
            (await run.Checkpoint(Stock.Deployment(Stock.Resource("a"), Stock.Resource("b")).ToJsonString())).Expect();
        }
        await test.Server.Restart();
        await run.Complete();
        (await test.Names()).ShouldBe(["a", "b"]);
    }

    [Theory, MemberData(nameof(All))]
    public async Task An_end_that_a_process_left_half_done_is_finished_by_the_next(Engine engine, SaveMode mode)
    {
        await using var test = await UpdateTest.Start(engine, mode);
        var run = await test.Creating("a");
        await Half(test, run);

        (await test.Names()).ShouldBe(["a"]); // already, though nobody has made a state of it
        await test.Server.Restart();
        await run.Complete(); // the client's second try

        (await test.Names()).ShouldBe(["a"]);
        (await test.History()).Single()!["result"]!.GetValue<string>().ShouldBe("succeeded");
        await test.Created("b");
    }

    [Theory, MemberData(nameof(All))]
    public async Task Whoever_wants_the_stack_finishes_an_end_that_was_left_half_done(Engine engine, SaveMode mode)
    {
        await using var test = await UpdateTest.Start(engine, mode);
        await Half(test, await test.Creating("a"));

        var next = await test.Begin();

        Stock.Names(next.Base).ShouldBe(["a"]);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_clock_that_is_set_back_or_ahead_loses_nothing_and_locks_nobody_out(Engine engine, SaveMode mode)
    {
        await using var test = await UpdateTest.Start(engine, mode);
        await test.Created("old");
        var run = await test.Creating("a");

        test.Server.Clock.AdjustTime(test.Server.Clock.GetUtcNow().AddHours(-2));
        (await run.Renew()).Expect();
        (await run.EventBatch(Stock.Event(0), Stock.Event(1))).Expect();
        await run.Complete();
        (await test.History()).Select(u => u!["version"]!.GetValue<int>()).ShouldBe([2, 1]);
        var next = await test.Creating("b");
        next.Version.ShouldBe(3);

        test.Server.Clock.AdjustTime(test.Server.Clock.GetUtcNow().AddYears(3)); // its client seems to have been gone for long
        var last = await test.Begin();

        last.Version.ShouldBe(4);
        Stock.Names(last.Base).ShouldContain("b");
        (await next.Renew()).Code.ShouldBe(403);
        await last.Complete();
    }

    [Theory, MemberData(nameof(All))]
    public async Task Every_call_may_be_sent_again_because_its_answer_was_lost(Engine engine, SaveMode mode)
    {
        using var wire = new LossyWire();
        await using var test = await UpdateTest.Start(engine, mode, wire);
        var run = await test.Begin();
        wire.Losing = true;

        await UpdateTest.Create(run, "a", "b", "c");
        await run.Events([.. Enumerable.Range(0, 120).Select(i => Stock.Event(i)), Stock.Summary(120, ("create", 3))]);
        (await run.Renew()).Expect();
        await run.Complete();

        wire.Lost.ShouldBeGreaterThan(3);
        test.Ann.Repeats.ShouldBeGreaterThanOrEqualTo(wire.Lost);
        (await test.Names()).ShouldBe(["a", "b", "c"]);
        (await test.History()).Single()!["resourceChanges"]!["create"]!.GetValue<int>().ShouldBe(3);
        var events = (await test.Ann.Get(run.Address + "/events")).Expect().Json["events"]!.AsArray();
        events.Select(e => e!["sequence"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, 121));
        var cancelled = await test.Begin();
        await UpdateTest.Create(cancelled, "d");
        (await cancelled.Cancel()).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory, InlineData(SaveMode.Journal), InlineData(SaveMode.Checkpoint)]
    public async Task Two_processes_serve_one_update_and_end_it_once(SaveMode mode)
    {
        await using var test = await UpdateTest.Start(Engine.PostgreSql, mode);
        await using var replica = await test.Server.Replica();
        using var there = new HttpClient { BaseAddress = new(replica.Urls.First()) };
        for (var round = 1; round <= 5; round++)
        {
            var run = await test.Begin();
            await UpdateTest.Create(run, "a", "b");

            var answers = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(async i => i % 2 == 0 ? (await run.TryComplete()).Status : await CompleteAt(there, run))
            );

            answers.ShouldAllBe(s => s == HttpStatusCode.NoContent);
            (await test.History()).Count.ShouldBe(round);
            (await test.Ann.Export(UpdateTest.Stack, round)).ShouldNotBeEmpty();
        }
    }

    private static async Task<HttpStatusCode> CompleteAt(HttpClient there, StockRun run)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, run.Address + "/complete");
        request.Headers.TryAddWithoutValidation("Authorization", "update-token " + run.Lease);
        request.Content = new StringContent("""{"status":"succeeded"}""");
        return (await there.SendAsync(request)).StatusCode;
    }

    /// <summary>What is there when a process dies between writing down that an update ends and making a state of it.</summary>
    private static async Task Half(UpdateTest test, StockRun run)
    {
        var updates = (Server.Updates.UpdateStore)test.Server.Services.GetService(typeof(Server.Updates.UpdateStore))!;
        var database = (Server.Data.Database)test.Server.Services.GetService(typeof(Server.Data.Database))!;
        var begun = await database.Write(t => updates.BeginEnding(t, run.Id, "succeeded", "", lapsed: false), CancellationToken.None);
        begun.ShouldBeTrue();
    }

    /// <summary>Loses the answer to every first attempt of a call that the client repeats.</summary>
    private sealed class LossyWire : DelegatingHandler
    {
        private readonly HashSet<string> _seen = [];

        public LossyWire()
            : base(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { }

        public bool Losing { get; set; }
        public int Lost { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var key = request.Method + request.RequestUri!.AbsolutePath + await request.Content!.ReadAsStringAsync(cancellationToken);
            var answer = await base.SendAsync(request, cancellationToken);
            var repeats =
                request.Method == HttpMethod.Patch
                || Array.Exists(
                    ["/events/batch", "/complete", "/cancel", "/renew_lease"],
                    e => request.RequestUri.AbsolutePath.EndsWith(e, StringComparison.Ordinal)
                );
            lock (_seen)
            {
                if (!Losing || !repeats || !_seen.Add(key))
                {
                    return answer;
                }
                Lost++;
            }
            answer.Dispose();
            throw new HttpRequestException("The connection was reset.");
        }
    }
}
