using Npgsql;
using Server.Data;
using Server.Settings;
using Support;

namespace Server.Tests.Updates;

/// <summary>Several processes on one database serve the requests of one update by turns, as behind a load balancer.</summary>
public class ReplicaTests
{
    [Theory, InlineData(SaveMode.Journal), InlineData(SaveMode.Checkpoint)]
    public async Task An_update_whose_requests_go_to_two_processes_by_turns_loses_nothing(SaveMode mode)
    {
        using var wire = new Turns();
        await using var test = await UpdateTest.Start(Engine.PostgreSql, mode, wire);
        await using var replica = await test.Server.Replica();
        wire.Between(test.Server.Url, new(replica.Urls.First()));
        var run = await test.Begin();
        var names = Enumerable.Range(0, 40).Select(i => $"thing-{i}-with-{new string('x', 200)}").ToList();

        await (run.Journals ? UpdateTest.Create(run, [.. names]) : Deltas(run, names));
        await run.Events([.. Enumerable.Range(0, 499).Select(i => Stock.Event(i)), Stock.Summary(499, ("create", 40))]);
        (await run.Renew()).Expect();
        Stock.Names(await test.Export()).ShouldBe(names);
        await run.Complete();

        (await test.Names()).ShouldBe(names);
        (await test.History()).Single()!["resourceChanges"]!["create"]!.GetValue<int>().ShouldBe(40);
        (await Events(test, run)).ShouldBe(Enumerable.Range(0, 500));
        wire.Served.ShouldAllBe(n => n > 20);
    }

    [Theory, InlineData(SaveMode.Journal), InlineData(SaveMode.Checkpoint)]
    public async Task The_other_process_carries_on_with_an_update_when_one_is_gone(SaveMode mode)
    {
        using var wire = new Turns();
        await using var test = await UpdateTest.Start(Engine.PostgreSql, mode, wire);
        await using var replica = await test.Server.Replica();
        wire.Between(new Uri(replica.Urls.First()));
        var run = await test.Begin();
        await UpdateTest.Create(run, "a", "b");

        await replica.StopAsync();
        wire.Between(test.Server.Url);
        test.Server.Clock.Advance(TimeSpan.FromSeconds(200));
        (await run.Renew()).Expect(); // taken there, renewed here
        test.Server.Clock.Advance(TimeSpan.FromSeconds(200));
        var more = run.Journals
            ? await run.Journal(Stock.Success(20, 20, Stock.Resource("c")))
            : await run.Checkpoint(Stock.Deployment(new[] { "c", "a", "b" }.Select(n => Stock.Resource(n))).ToJsonString());
        more.Expect();
        await run.Complete();

        (await test.Names()).Order().ShouldBe(["a", "b", "c"]);
        (await test.History()).Single()!["result"]!.GetValue<string>().ShouldBe("succeeded");
    }

    [Theory, InlineData(SaveMode.Journal), InlineData(SaveMode.Checkpoint)]
    public async Task What_is_cancelled_at_one_process_is_refused_at_the_other_at_once(SaveMode mode)
    {
        using var wire = new Turns();
        await using var test = await UpdateTest.Start(Engine.PostgreSql, mode, wire);
        await using var replica = await test.Server.Replica();
        var there = new Uri(replica.Urls.First());
        var run = await test.Creating("a");

        wire.Between(there);
        (await run.Cancel()).Expect();
        wire.Between(test.Server.Url);

        var write = run.Journals
            ? await run.Journal(Stock.Success(20, 20, Stock.Resource("b")))
            : await run.Checkpoint(Stock.Deployment().ToJsonString());
        write.Code.ShouldBe(403);
        (await run.EventBatch(Stock.Event(0))).Code.ShouldBe(403);
        (await run.Renew()).Code.ShouldBe(403);
        (await test.Names()).ShouldBe(["a"]);
        await test.Created("c");
    }

    [Fact]
    public async Task A_base_that_grew_at_one_process_is_known_to_the_other()
    {
        using var wire = new Turns();
        await using var test = await UpdateTest.Start(Engine.PostgreSql, SaveMode.Journal, wire);
        await using var replica = await test.Server.Replica();
        var run = await test.Creating("a"); // here, where the base is known to be empty

        wire.Between(new Uri(replica.Urls.First()));
        (await run.Journal(Stock.Entry(20, 5, 0, ("newSnapshot", Stock.Deployment(Stock.Resource("x"), Stock.Resource("y")))))).Expect();
        wire.Between(test.Server.Url);

        (await run.Journal(Stock.Success(21, 21, removeOld: 1))).Expect();
        await run.Complete();
        (await test.Names()).ShouldBe(["a", "x"]);
    }

    [Theory, InlineData(SaveMode.Journal), InlineData(SaveMode.Checkpoint)]
    public async Task A_database_that_starts_again_costs_the_client_a_try_and_nothing_else(SaveMode mode)
    {
        await using var test = await UpdateTest.Start(Engine.PostgreSql, mode);
        var run = await test.Creating("a");

        for (var round = 0; round < 3; round++)
        {
            await CutAllConnections(test);
            (await run.Renew()).Expect();
            (await test.Names()).ShouldBe(["a"]);
            await CutAllConnections(test);
            (await run.EventBatch(Stock.Event(round))).Expect();
        }
        await CutAllConnections(test);
        await run.Complete();

        (await test.Names()).ShouldBe(["a"]);
        (await Events(test, run)).ShouldBe([0, 1, 2]);
    }

    private static async Task Deltas(StockRun run, List<string> names)
    {
        var text = Text(names[..1]);
        (await run.Verbatim(text, 1)).Expect();
        for (var i = 2; i <= names.Count; i++)
        {
            var next = Text(names[..i]);
            (await run.DeltaTo(i, text, next)).Expect();
            text = next;
        }
    }

    private static string Text(IEnumerable<string> names) => Stock.Untyped(Stock.Deployment(names.Select(n => Stock.Resource(n))));

    private static async Task<IEnumerable<int>> Events(UpdateTest test, StockRun run)
    {
        var found = new List<int>();
        for (string? after = ""; after is not null; )
        {
            var page = (await test.Ann.Get(run.Address + "/events" + (after.Length > 0 ? "?continuationToken=" + after : "")))
                .Expect()
                .Json;
            found.AddRange(page["events"]!.AsArray().Select(e => e!["sequence"]!.GetValue<int>()));
            after = page["continuationToken"]?.GetValue<string>();
        }
        return found;
    }

    /// <summary>As a database does that is shut down quickly.</summary>
    private static async Task CutAllConnections(UpdateTest test)
    {
        await using var source = NpgsqlDataSource.Create(PostgresUrl.Parse(test.Server.Settings.DatabaseUrl!));
        await using var cut = source.CreateCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        );
        await cut.ExecuteNonQueryAsync();
    }

    /// <summary>Sends each request to the next of several processes.</summary>
    private sealed class Turns : DelegatingHandler
    {
        private Uri[] _servers = [];
        private int _next;
        private readonly Dictionary<Uri, int> _served = [];

        public Turns()
            : base(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { }

        public IReadOnlyCollection<int> Served => _served.Values;

        public void Between(params Uri[] servers) => _servers = servers;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_servers.Length > 0)
            {
                var server = _servers[Interlocked.Increment(ref _next) % _servers.Length];
                lock (_served)
                {
                    _served[server] = _served.GetValueOrDefault(server) + 1;
                }
                request.RequestUri = new Uri(server, request.RequestUri!.PathAndQuery);
                request.Headers.Host = null;
            }
            return base.SendAsync(request, cancellationToken);
        }
    }
}
