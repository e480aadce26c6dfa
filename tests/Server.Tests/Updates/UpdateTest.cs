using System.Text.Json.Nodes;
using Server.Settings;
using Support;

namespace Server.Tests.Updates;

/// <summary>A server with ann's stack and the CLI that she uses.</summary>
internal sealed class UpdateTest : IAsyncDisposable
{
    public const string Stack = "ann/web/dev";

    private UpdateTest(TestServer server, StockClient ann) => (Server, Ann) = (server, ann);

    public TestServer Server { get; }
    public StockClient Ann { get; }

    public static async Task<UpdateTest> Start(
        Engine engine = Engine.Sqlite,
        SaveMode mode = SaveMode.Journal,
        HttpMessageHandler? wire = null
    )
    {
        var server = await TestServer.Start(engine, s => s with { SaveMode = mode });
        var ann = await server.StockOf("ann", wire);
        await ann.CreateStack(Stack);
        return new(server, ann);
    }

    public Task<StockRun> Begin(string kind = "update", bool dryRun = false) => StockRun.Begin(Ann, Stack, kind, dryRun);

    /// <summary>An update that has created these, and still runs.</summary>
    public async Task<StockRun> Creating(params string[] names)
    {
        var run = await Begin();
        await Create(run, names);
        return run;
    }

    /// <summary>Has a fresh run create resources, in whichever way it saves.</summary>
    public static async Task Create(StockRun run, params string[] names)
    {
        if (!run.Journals)
        {
            (await run.Checkpoint(Stock.Deployment(names.Select(n => Stock.Resource(n))).ToJsonString())).Expect();
            return;
        }
        (long sequence, long operation) = (1, 0);
        (await run.Journal(Stock.SecretsManager())).Expect();
        foreach (var name in names)
        {
            (await run.Journal(Stock.Create(ref sequence, ref operation, name))).Expect();
        }
    }

    /// <summary>An update that has created these and ended.</summary>
    public async Task Created(params string[] names) => await (await Creating(names)).Complete();

    public Task<string> Export(long? version = null) => Ann.Export(Stack, version);

    public async Task<IReadOnlyList<string>> Names(long? version = null) => Stock.Names(await Export(version));

    public async Task<JsonArray> History() =>
        (await Ann.Get(StockClient.Stack(Stack) + "/updates?pageSize=10&page=1")).Expect().Json["updates"]!.AsArray();

    public async ValueTask DisposeAsync()
    {
        Ann.Dispose();
        await Server.DisposeAsync();
    }
}
