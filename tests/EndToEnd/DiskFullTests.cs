using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Support;
using Support.Secrets;

namespace EndToEnd;

/// <summary>The published server on a file system of a few megabytes that fills up in the middle of an update.</summary>
public sealed class DiskFullTests
{
    private const string Script = """
        mount -t tmpfs -o size=24m tmpfs "$1" || exit 77
        printf 'correct horse battery\n' | "$2" user add ann --email ann@example.com --password-stdin --data "$1" >&2
        "$2" token add --user ann --data "$1"
        exec "$2" serve --listen "localhost:$3" --data "$1" --save-mode "$4" >&2
        """;

    [Theory, InlineData("journal"), InlineData("checkpoint")]
    public async Task A_full_disk_refuses_writes_loses_nothing_and_is_forgotten_when_there_is_space_again(string saveMode)
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-full-");
        var port = TestServer.FreePort();
        using var process = Published.Start(
            "unshare",
            new Dictionary<string, string>(),
            ["-rm", "sh", "-c", Script, "sh", folder.FullName, Published.Holdfast, port.ToString(CultureInfo.InvariantCulture), saveMode]
        );
        try
        {
            var log = process.StandardError.ReadToEndAsync();
            _ = log.ContinueWith(said => RunSecrets.Log("holdfast", said.Result), TaskScheduler.Default);
            if (await process.StandardOutput.ReadLineAsync() is not { Length: > 0 } token)
            {
                await process.WaitForExitAsync();
                Assert.Skip("Nobody may mount a small file system here: " + await log);
                return;
            }
            using var client = new StockClient(new HttpClient { BaseAddress = new($"http://localhost:{port}") }, token);
            await Ready(port);
            await FillAndGoOn(client, new($"/proc/{process.Id}/root{folder.FullName}"), saveMode == "journal");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task FillAndGoOn(StockClient client, DirectoryInfo data, bool journals)
    {
        await client.CreateStack("ann/web/dev");
        var run = await StockRun.Begin(client, "ann/web/dev");
        var kept = new List<string>();
        (await Save(run, kept, "first", journals)).Expect();
        kept.Add("first");

        var filler = Path.Combine(data.FullName, "filler");
        Fill(filler);
        var refused = await Save(run, kept, "b0", journals);
        for (var i = 1; refused.Code == 0; i++)
        {
            i.ShouldBeLessThan(200);
            kept.Add($"b{i - 1}");
            refused = await Save(run, kept, $"b{i}", journals);
        }
        refused.Code.ShouldBe(507);
        refused.Message.ShouldContain("The server cannot write to its disk");
        Stock.Names(await client.Export("ann/web/dev")).ShouldBe(kept, ignoreOrder: true);
        (await run.TryComplete()).Code.ShouldBeOneOf(0, 507); // a little may still fit

        File.Delete(filler);
        await run.Complete();

        Stock.Names(await client.Export("ann/web/dev")).ShouldBe(kept, ignoreOrder: true);
        await (await StockRun.Begin(client, "ann/web/dev")).Complete();
        CheckCopy(data);
    }

    /// <summary>SQLite does not open a file by its path in another mount namespace.</summary>
    private static void CheckCopy(DirectoryInfo data)
    {
        var copy = Directory.CreateTempSubdirectory("holdfast-copy-");
        foreach (var file in data.GetFiles("holdfast.db*").Where(f => !f.Name.EndsWith(".migrate", StringComparison.Ordinal)))
        {
            file.CopyTo(Path.Combine(copy.FullName, file.Name));
        }
        using (var database = new SqliteConnection($"Data Source={Path.Combine(copy.FullName, "holdfast.db")};Pooling=False"))
        {
            database.Open();
            using var check = database.CreateCommand();
            check.CommandText = "PRAGMA integrity_check";
            check.ExecuteScalar().ShouldBe("ok");
        }
        copy.Delete(recursive: true);
    }

    /// <summary>So much at a time that what is left does not last for long.</summary>
    private static Task<StockAnswer> Save(StockRun run, List<string> before, string name, bool journals) =>
        journals
            ? run.Journal(Stock.Success(before.Count + 1, before.Count + 1, Large(name)))
            : run.Checkpoint(Stock.Deployment([.. before.Select(n => Stock.Resource(n)), Large(name)]).ToJsonString());

    private static JsonObject Large(string name) =>
        Stock.Resource(name, outputs: new JsonObject { ["noise"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(40_000)) });

    private static void Fill(string file)
    {
        using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                stream.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // full
        }
    }

    private static async Task Ready(int port)
    {
        using var http = new HttpClient();
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                await http.GetStringAsync($"http://localhost:{port}/readyz");
                return;
            }
            catch (HttpRequestException) when (clock.Elapsed < TimeSpan.FromSeconds(60))
            {
                // not yet
            }
        }
    }
}
