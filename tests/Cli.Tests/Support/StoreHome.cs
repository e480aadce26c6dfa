using System.Text;
using Cli.Tests.Support.Clouds;
using Npgsql;
using Support;

namespace Cli.Tests.Support;

/// <summary>A place that keeps stacks, seen from outside of the program. Keys begin below the folder <c>.pulumi</c>.</summary>
internal abstract class StoreHome : IAsyncDisposable
{
    /// <summary>What a person writes.</summary>
    public abstract string Url { get; }

    /// <summary>How a file in it is called in messages.</summary>
    public virtual string Show(string key) =>
        $"{Url.Split('?')[0]}/.pulumi/{key}{(Url.Contains('?', StringComparison.Ordinal) ? "?" + Url.Split('?')[1] : "")}";

    public abstract Task<byte[]?> Read(string key);

    public abstract Task Write(string key, byte[] content);

    public abstract Task<IReadOnlyList<string>> Keys(string below);

    public abstract ValueTask DisposeAsync();

    public Task Write(string key, string text) => Write(key, Encoding.UTF8.GetBytes(text));

    public async Task<string> Text(string key) =>
        Encoding.UTF8.GetString(await Read(key) ?? throw new InvalidOperationException($"There is no '{key}'."));
}

internal sealed class FolderHome(Workspace work) : StoreHome
{
    public override string Url => work.Url;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public override async Task<byte[]?> Read(string key) =>
        File.Exists(work.InStore(key)) ? await File.ReadAllBytesAsync(work.InStore(key)) : null;

    public override Task Write(string key, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(work.InStore(key))!);
        return File.WriteAllBytesAsync(work.InStore(key), content);
    }

    public override Task<IReadOnlyList<string>> Keys(string below)
    {
        var root = work.InStore("");
        var files = Directory.Exists(root) ? Directory.GetFiles(root, "*", SearchOption.AllDirectories) : [];
        return Task.FromResult<IReadOnlyList<string>>([
            .. files
                .Select(path => Path.GetRelativePath(root, path))
                .Where(key => key.StartsWith(below, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ]);
    }
}

/// <summary>In a server of ours on this machine, below a folder of the bucket.</summary>
internal sealed class ServerHome(LoopbackServer server, Blobs blobs, string url, string folder) : StoreHome
{
    private string Root => folder + ".pulumi/";

    public override string Url => url;

    public override Task<byte[]?> Read(string key) => Task.FromResult(blobs.Read(Root + key));

    public override Task Write(string key, byte[] content)
    {
        blobs.Write(Root + key, content);
        return Task.CompletedTask;
    }

    public override Task<IReadOnlyList<string>> Keys(string below)
    {
        var keys = new List<string>();
        string? next = null;
        do
        {
            (var page, next) = blobs.List(Root + below, next);
            keys.AddRange(page.Select(item => item.Key[Root.Length..]));
        } while (next is not null);
        return Task.FromResult<IReadOnlyList<string>>(keys);
    }

    public override ValueTask DisposeAsync() => server.DisposeAsync();
}

/// <summary>A database of its own. Rows have the shape that the stock CLI gives them.</summary>
internal sealed class DatabaseHome : StoreHome
{
    private readonly TestDatabase _database;
    private readonly NpgsqlDataSource _source;
    private readonly Uri _address;

    private DatabaseHome(TestDatabase database)
    {
        _database = database;
        _address = new Uri(database.Url!);
        _source = NpgsqlDataSource.Create(
            $"Host={_address.Host};Port={_address.Port};Username=postgres;Database={Name};Maximum Pool Size=5"
        );
    }

    public string Name => _address.AbsolutePath.Trim('/');

    public override string Url => $"postgres://postgres:hidden@{_address.Authority}/{Name}?sslmode=disable";

    public override string Show(string key) => base.Show(key).Replace("postgres:hidden", "****", StringComparison.Ordinal);

    public static async Task<DatabaseHome> Create()
    {
        var home = new DatabaseHome(await TestDatabase.Create(Engine.PostgreSql));
        await home.Run(
            "CREATE TABLE pulumi_state (key TEXT PRIMARY KEY, data JSON NOT NULL, updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now())"
        );
        return home;
    }

    public override async Task<byte[]?> Read(string key)
    {
        await using var command = _source.CreateCommand("SELECT data ->> 'data' FROM pulumi_state WHERE key = $1");
        command.Parameters.AddWithValue($"{Name}/.pulumi/{key}");
        return await command.ExecuteScalarAsync() is string text ? Convert.FromBase64String(text) : null;
    }

    public override Task Write(string key, byte[] content) =>
        Run(
            "INSERT INTO pulumi_state (key, data) VALUES ($1, $2::json) ON CONFLICT (key) DO UPDATE SET data = $2::json, updated_at = now()",
            $"{Name}/.pulumi/{key}",
            $$"""{"data":"{{Convert.ToBase64String(content)}}"}"""
        );

    public override async Task<IReadOnlyList<string>> Keys(string below)
    {
        var keys = new List<string>();
        await using var command = _source.CreateCommand("SELECT key FROM pulumi_state");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            keys.Add(reader.GetString(0)[$"{Name}/.pulumi/".Length..]);
        }
        return [.. keys.Where(key => key.StartsWith(below, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Names and types of a table's columns, in order.</summary>
    public async Task<string[]> Columns(string table) =>
        (
            await One(
                $"SELECT string_agg(column_name || ' ' || data_type, ',' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = '{table}'"
            )
        ).Split(',');

    public async Task<string> One(FormattableString sql)
    {
        await using var command = _source.CreateCommand(sql.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return (string)(await command.ExecuteScalarAsync())!;
    }

    public override async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task Run(string sql, params string[] values)
    {
        await using var command = _source.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value);
        }
        await command.ExecuteNonQueryAsync();
    }
}
