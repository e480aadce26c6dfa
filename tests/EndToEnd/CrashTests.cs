using System.Net;
using Microsoft.Data.Sqlite;
using Support;

namespace EndToEnd;

/// <summary>The published server is killed again and again while stock CLIs update stacks. What it had acknowledged must be there afterwards.</summary>
public sealed class CrashTests
{
    private const int Kills = 100; // in each save mode

    [Theory, InlineData("journal"), InlineData("checkpoint")]
    public async Task Nothing_acknowledged_is_lost_when_the_server_is_killed(string saveMode)
    {
        using var server = await PublishedServer.Start("--save-mode", saveMode);
        await server.Holdfast("correct horse battery\n", "user", "add", "ann", "--email", "ann@example.com", "--password-stdin");
        var token = (await server.Holdfast("", "token", "add", "--user", "ann")).Out.Trim();
        using var stop = new CancellationTokenSource();
        var updaters = Enumerable.Range(0, 4).Select(i => new Updater(server.Url, token, $"ann/web/s{i}")).ToList();
        var work = updaters.Select(u => Task.Run(() => u.Work(stop.Token))).ToList();

        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(Random.Shared.Next(5, 200));
            await server.KillAndRestart();
        }
        await stop.CancelAsync();
        await Task.WhenAll(work);
        foreach (var updater in updaters)
        {
            await updater.EndAndVerify();
        }
        var (exit, _, _) = await server.Stop();

        exit.ShouldBe(0);
        updaters.ForEach(u => u.Dispose());
        updaters.Sum(u => u.Acknowledged).ShouldBeGreaterThan(Kills / 5);
        updaters.Sum(u => u.Versions).ShouldBeGreaterThan(updaters.Count);
        using var database = new SqliteConnection($"Data Source={Path.Combine(server.Data, "holdfast.db")}");
        database.Open();
        One(database, "PRAGMA integrity_check").ShouldBe("ok");
        One(database, "SELECT COUNT(*) FROM stacks WHERE running_update_id IS NOT NULL").ShouldBe(0L);
        One(database, "SELECT COUNT(*) FROM updates WHERE status IN ('running', 'ending')").ShouldBe(0L);
        One(database, "SELECT COUNT(*) FROM update_log").ShouldBe(0L);
    }

    private static object? One(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>Updates one stack over and over; some updates it ends, some it abandons to be cancelled by the next.</summary>
    private sealed class Updater(string url, string token, string stack) : IDisposable
    {
        private readonly StockClient _client = new(new HttpClient { BaseAddress = new(url) }, token) { Pace = 3 };
        private readonly HashSet<string> _kept = [];
        private int _count;

        public int Acknowledged { get; private set; }
        public long Versions { get; private set; }

        public async Task Work(CancellationToken stop)
        {
            await Insist(() => _client.CreateStack(stack), HttpStatusCode.Conflict);
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await Update(stop);
                }
                catch (HttpRequestException)
                {
                    // A call that the CLI does not repeat met a server that was away: the command fails, its user types it again.
                }
                catch (StockException refused) when (refused.Answer.Status == HttpStatusCode.Conflict)
                {
                    await Cancel();
                }
                await Verify();
            }
        }

        public async Task EndAndVerify()
        {
            await Cancel();
            await Verify();
        }

        public void Dispose() => _client.Dispose();

        private async Task Update(CancellationToken stop)
        {
            var run = await StockRun.Begin(_client, stack);
            Versions = Math.Max(Versions, run.Version);
            var old = Stock.Names(run.Base);
            _kept.Except(old).ShouldBeEmpty(); // the next update begins with all that was acknowledged
            await (run.Journals ? Journal(run, stop) : Checkpoints(run, [.. old], stop));
            if (Random.Shared.Next(4) > 0)
            {
                await run.Complete(Random.Shared.Next(3) > 0 ? "succeeded" : "failed");
            }
        }

        private async Task Journal(StockRun run, CancellationToken stop)
        {
            (await run.Journal(Stock.SecretsManager())).Expect();
            (long sequence, long operation) = (1, 0);
            for (var i = Random.Shared.Next(1, 40); i > 0 && !stop.IsCancellationRequested; i--)
            {
                var name = Next();
                (await run.Journal(Stock.Create(ref sequence, ref operation, name))).Expect();
                Keep(name);
            }
        }

        private async Task Checkpoints(StockRun run, List<string> names, CancellationToken stop)
        {
            for (var i = Random.Shared.Next(1, 40); i > 0 && !stop.IsCancellationRequested; i--)
            {
                var name = Next();
                names.Add(name);
                (await run.Verbatim(Stock.Untyped(Stock.Deployment(names.Select(n => Stock.Resource(n)))), 1)).Expect();
                Keep(name);
            }
        }

        private async Task Verify()
        {
            IReadOnlyList<string> names = [];
            await Insist(async () => names = Stock.Names(await _client.Export(stack)));
            _kept.Except(names).ShouldBeEmpty();
            names.Distinct().Count().ShouldBe(names.Count);
        }

        private Task Cancel() =>
            Insist(
                async () =>
                {
                    var latest = (await _client.Get(StockClient.Stack(stack))).Expect().Json["activeUpdate"]!.GetValue<string>();
                    (await _client.Post($"{StockClient.Stack(stack)}/update/{latest}/cancel", null, retries: true)).Expect();
                },
                HttpStatusCode.Conflict, // it has ended
                HttpStatusCode.NotFound
            );

        private static async Task Insist(Func<Task> call, params HttpStatusCode[] fine)
        {
            for (var tries = 0; ; tries++)
            {
                try
                {
                    await call();
                    return;
                }
                catch (StockException answer) when (fine.Contains(answer.Answer.Status))
                {
                    return;
                }
                catch (HttpRequestException) when (tries < 50)
                {
                    await Task.Delay(200);
                }
            }
        }

        private string Next() => $"{stack.Split('/')[2]}-{++_count}";

        private void Keep(string name)
        {
            _kept.Add(name);
            Acknowledged++;
        }
    }
}
