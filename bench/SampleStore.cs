using Server.Data;
using Server.State;

namespace Bench;

/// <summary>A store of states on SQLite, on the disk that holds temporary files.</summary>
internal sealed class SampleStore : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    private SampleStore(DirectoryInfo folder, Database database)
    {
        (_folder, Database) = (folder, database);
        States = new(database, TimeProvider.System);
    }

    public Database Database { get; }
    public StateStore States { get; }

    public static async Task<SampleStore> Open()
    {
        var folder = Directory.CreateTempSubdirectory("bench-");
        var database = Database.Open(null, folder.FullName);
        database.Migrate();
        await database.Execute(
            $"INSERT INTO organizations (id, login, login_key, name, individual, created_ms) VALUES ('o', 'o', 'o', 'o', FALSE, 0)",
            CancellationToken.None
        );
        return new(folder, database);
    }

    public async Task<string> AddStack()
    {
        var id = Guid.CreateVersion7().ToString();
        await Database.Execute(
            $"""
            INSERT INTO stacks (id, organization_id, project, name, version, last_update_ms, resource_count, created_ms, deleted_ms)
            VALUES ({id}, 'o', 'app', {id}, 0, 0, -1, 0, 0)
            """,
            CancellationToken.None
        );
        return id;
    }

    public async Task Save(string stack, long version, byte[] text)
    {
        var staged = await States.Stage(stack, text, CancellationToken.None);
        await Database.Write(transaction => States.Commit(transaction, staged, version), CancellationToken.None);
    }

    public async Task Export(StateVersion state)
    {
        var http = new DefaultHttpContext();
        http.Response.Body = Stream.Null;
        await States.WriteTo(http.Response, state, gzip: true, CancellationToken.None);
    }

    public Task<long> StoredBytes(string stack) =>
        Database.QueryOne<long>(
            $"SELECT SUM(LENGTH(body)) FROM state_parts WHERE state_id IN (SELECT id FROM states WHERE stack_id = {stack})",
            CancellationToken.None
        );

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
