using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Server.Backup;
using Server.Check;
using Server.Data;
using Server.Serve;
using Server.Settings;
using Support;

namespace Server.Tests.Backup;

public sealed class BackupTests : IDisposable
{
    private const string Stack = "ann/web/dev";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-backup-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_backup_of_a_running_server_fills_a_store_of_the_other_engine_with_the_same(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        var (token, ciphertext) = await Fill(server);
        var backup = await Write(server.Services.GetRequiredService<Database>());

        await using var target = await TestDatabase.Create(engine == Engine.Sqlite ? Engine.PostgreSql : Engine.Sqlite);
        await using (var database = Database.Open(target.Url, _folder.FullName))
        {
            await BackupFile.Read(database, new MemoryStream(backup), Ct);
            Lines(await Write(database)).Skip(1).ShouldBe(Lines(backup).Skip(1));
        }

        var keys = server.Settings.MasterKeyFile;
        await using var restored = await TestServer.Start(change: s =>
            s with
            {
                DataFolder = _folder.FullName,
                DatabaseUrl = target.Url,
                MasterKeyFile = keys,
            }
        );
        using var ann = restored.Stock(token, null);
        var export = (await ann.Get(StockClient.Stack(Stack) + "/export")).Expect().Json;
        export["deployment"]!["resources"]!.AsArray().Count.ShouldBe(14);
        (await ann.Get(StockClient.Stack(Stack) + "/export/1")).Expect().Json["deployment"]!["resources"]!.AsArray().Count.ShouldBe(300);
        (await ann.Post(StockClient.Stack(Stack) + "/decrypt", new JsonObject { ["ciphertext"] = ciphertext })).Expect().Json["plaintext"]!
            .GetValue<string>()
            .ShouldBe("aHVudGVyMg==");
    }

    [Fact]
    public async Task A_damaged_backup_restores_nothing()
    {
        await using var server = await TestServer.Start();
        await Fill(server);
        var whole = await Write(server.Services.GetRequiredService<Database>());
        var lines = Lines(whole).ToList();
        var damaged = new List<byte[]>
        {
            Array.Empty<byte>(),
            "what is this"u8.ToArray(),
            whole[..(whole.Length / 2)],
            whole[..^40],
            Pack(lines[..^1]),
            Pack([.. lines.Take(lines.FindIndex(IsRow)), .. lines.Skip(lines.FindIndex(IsRow) + 1)]),
            Pack([.. lines, lines[1]]),
            Pack(["{}", .. lines[1..]]),
            Pack(["[1]", .. lines[1..]]),
            Pack([lines[0], "[1,2]", .. lines[1..]]),
            Pack([lines[0], """{"table":"nothing","columns":[]}""", .. lines[1..]]),
            Pack([.. lines.Select(l => l.Replace("\"login_key\"", "\"no_such_column\"", StringComparison.Ordinal))]),
            Pack([.. lines.Select(l => l.Replace("ann@example.com", "ann\",5,\"", StringComparison.Ordinal))]),
        };

        foreach (var content in damaged)
        {
            var folder = _folder.CreateSubdirectory(Guid.NewGuid().ToString("n")).FullName;
            await using var database = Database.Open(null, folder);
            (
                await Should.ThrowAsync<SettingsException>(() => BackupFile.Read(database, new MemoryStream(content), Ct))
            ).Message.ShouldEndWith("Nothing was restored.");
            database.Migrate();
            (await database.QueryOne<long>($"SELECT COUNT(*) FROM accounts", Ct)).ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_backup_goes_only_into_an_empty_store_and_comes_from_no_newer_program()
    {
        await using var server = await TestServer.Start();
        await Fill(server);
        var database = server.Services.GetRequiredService<Database>();
        var backup = await Write(database);

        (await Refusal(database, backup)).ShouldStartWith("There is something in this store already (in its table ");

        var lines = Lines(backup).ToList();
        lines[0] = lines[0].Replace("\"migrations\":[", "\"migrations\":[\"Migrations/9999-later.sql\",", StringComparison.Ordinal);
        await using var empty = Database.Open(null, _folder.FullName);
        (await Refusal(empty, Pack(lines))).ShouldBe("This backup was made by a newer Holdfast. Restore it with that one, or a later one.");
    }

    [Fact]
    public async Task A_backup_of_an_older_program_is_brought_up_to_date()
    {
        await using (var old = Database.Open(null, _folder.CreateSubdirectory("old").FullName))
        {
            old.Migrate([.. Migrations.All.Take(2)]);
            await old.Execute(
                $"INSERT INTO organizations (id, login, login_key, name, individual, created_ms) VALUES ('o', 'Ann', 'ann', '', TRUE, 5)",
                Ct
            );
            await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "backup"), await Write(old));
        }
        await using var database = Database.Open(null, _folder.FullName);

        await BackupFile.Read(database, File.OpenRead(Path.Combine(_folder.FullName, "backup")), Ct);

        (await database.MigrationsRun(Ct)).ShouldBe(Migrations.All);
        (await database.QueryOne<string>($"SELECT login FROM organizations", Ct)).ShouldBe("Ann");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_check_finds_what_is_wrong_and_nothing_else(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        await Fill(server);
        var database = server.Services.GetRequiredService<Database>();

        (await Check(server)).ShouldBe([
            "database: 0 of 1",
            "master keys: 0 of 1",
            "data keys: 0 of 1",
            "states: 0 of 2",
            "running updates: 0 of 0",
        ]);

        await database.Execute($"UPDATE stacks SET running_update_id = 'gone'", Ct);
        await database.Execute($"UPDATE data_keys SET wrapped = {new byte[60]}", Ct);
        await database.Execute(
            $"UPDATE state_parts SET body = {new byte[50]} WHERE state_id IN (SELECT id FROM states WHERE version = 1)",
            Ct
        );
        (await Check(server)).ShouldBe([
            "database: 0 of 1",
            "master keys: 0 of 1",
            "data keys: 1 of 1",
            "states: 1 of 2",
            "running updates: 1 of 1",
        ]);

        await database.Execute($"DELETE FROM state_parts", Ct);
        await database.Execute($"UPDATE master_keys SET canary = {new byte[60]}", Ct);
        (await Check(server)).ShouldBe([
            "database: 0 of 1",
            "master keys: 1 of 1",
            "data keys: 1 of 1",
            "states: 2 of 2",
            "running updates: 1 of 1",
        ]);
    }

    private static bool IsRow(string line) => line[0] == '[';

    private static CancellationToken Ct => CancellationToken.None;

    private static async Task<(string Token, string Ciphertext)> Fill(TestServer server)
    {
        var token = await server.TokenOf(await server.AddAccount("ann"));
        using var ann = server.Stock(token, null);
        await ann.CreateStack(Stack);
        (await ann.Import(Stack, SampleState.Large(Stack, 300))).Expect();
        (await ann.Import(Stack, SampleState.Shop(Stack))).Expect();
        var encrypted = await ann.Post(StockClient.Stack(Stack) + "/encrypt", new JsonObject { ["plaintext"] = "aHVudGVyMg==" });
        return (token, encrypted.Expect().Json["ciphertext"]!.GetValue<string>());
    }

    private static async Task<List<string>> Check(TestServer server)
    {
        var values = new Dictionary<string, string[]>
        {
            ["data"] = [server.Settings.DataFolder],
            ["master-key-file"] = [server.Settings.MasterKeyFile],
        };
        if (server.Settings.DatabaseUrl is { } url)
        {
            values["database"] = [url];
        }
        await using var services = StoreServices.Open(SettingValues.Gather(values, new Dictionary<string, string>())); // as another process
        var found = new List<string>();
        foreach (var (name, look) in services.GetRequiredService<StoreCheck>().Parts)
        {
            var result = await look(Ct);
            found.Add($"{name}: {result.Problems.Count} of {result.Looked}");
        }
        return found;
    }

    private static async Task<string> Refusal(Database database, byte[] backup) =>
        (await Should.ThrowAsync<SettingsException>(() => BackupFile.Read(database, new MemoryStream(backup), Ct))).Message;

    private static async Task<byte[]> Write(Database database)
    {
        using var stream = new MemoryStream();
        await BackupFile.Write(database, stream, DateTimeOffset.UnixEpoch, Ct);
        return stream.ToArray();
    }

    /// <summary>Each table's rows in one order, since an engine gives them in any.</summary>
    private static IEnumerable<string> Lines(byte[] backup)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(backup), CompressionMode.Decompress));
        var rows = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (IsRow(line))
            {
                rows.Add(line);
                continue;
            }
            foreach (var row in rows.Order(StringComparer.Ordinal))
            {
                yield return row;
            }
            rows.Clear();
            yield return line;
        }
    }

    private static byte[] Pack(IEnumerable<string> lines)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        }
        return stream.ToArray();
    }
}
