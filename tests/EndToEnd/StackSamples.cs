using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Support;

namespace EndToEnd;

/// <summary>Stacks with something to look at, made as command lines make them.</summary>
internal static class StackSamples
{
    /// <summary>ann's <c>store/prod</c>, which takes outputs from <c>net/prod</c>; <c>store/wild</c>, which means harm; <c>store/large</c> with 1,000 resources.</summary>
    public static async Task Make(PublishedServer server)
    {
        using var ann = await StockOf(server, "ann");
        foreach (var name in new[] { "ann/net/prod", "ann/store/prod", "ann/store/wild", "ann/store/large" })
        {
            await ann.CreateStack(name);
        }
        var secret = (
            await ann.Post("/api/stacks/ann/store/prod/encrypt", new JsonObject { ["plaintext"] = Convert.ToBase64String("\"hunter2\""u8) })
        )
            .Expect()
            .Json["ciphertext"]!.GetValue<string>();
        await Tag(ann, "team", "shop");
        await Tag(ann, "cost-centre", "4711");
        var run = await StockRun.Begin(ann, "ann/store/prod");
        (await run.Verbatim(SampleState.Shop("ann/store/prod", secret, "ann/net/prod"), 1)).Expect();
        await run.Complete();
        await (await StockRun.Begin(ann, "ann/store/prod", "preview", dryRun: true)).Complete();
        (await ann.Import("ann/store/wild", SampleState.Wild("ann/store/wild"))).Expect();
        (await ann.Import("ann/store/large", SampleState.Large("ann/store/large", 1000))).Expect();
        await Indexed(server);
    }

    public static async Task<StockClient> StockOf(PublishedServer server, string login)
    {
        var token = (await server.Holdfast("", "token", "add", "--user", login)).Out.Trim();
        return new StockClient(new HttpClient { BaseAddress = new(server.Url) }, token);
    }

    private static async Task Tag(StockClient ann, string name, string value) =>
        (await ann.Post("/api/stacks/ann/store/prod/tags", new JsonObject { ["name"] = name, ["value"] = value })).Expect();

    /// <summary>Waits until the index has read the stack that was made last.</summary>
    private static async Task Indexed(PublishedServer server)
    {
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(server.Data, "holdfast.db")};Pooling=False;Mode=ReadOnly"
        );
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM states_to_index";
        for (var tries = 0; (long)(await command.ExecuteScalarAsync())! > 0; tries++)
        {
            tries.ShouldBeLessThan(300, "the index is not filled");
            await Task.Delay(100);
        }
    }
}
