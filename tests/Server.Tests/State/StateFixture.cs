using System.Text;
using Server.Data;
using Server.State;
using Support;

namespace Server.Tests.State;

/// <summary>A store of states on a database of its own, with one stack.</summary>
internal sealed class StateFixture : IAsyncDisposable
{
    public const string Stack = "stack-1";

    private readonly TestDatabase _source;
    private readonly DirectoryInfo _folder;

    private StateFixture(TestDatabase source, DirectoryInfo folder, Database database)
    {
        (_source, _folder, Database) = (source, folder, database);
        States = new(database, TimeProvider.System);
    }

    public Database Database { get; }
    public StateStore States { get; }

    public static async Task<StateFixture> Create(Engine engine)
    {
        var source = await TestDatabase.Create(engine);
        var folder = Directory.CreateTempSubdirectory("holdfast-test-");
        var database = Database.Open(source.Url, folder.FullName);
        database.Migrate();
        await database.Execute(
            $"INSERT INTO organizations (id, login, login_key, name, individual, created_ms) VALUES ('o', 'o', 'o', 'o', FALSE, 0)",
            CancellationToken.None
        );
        await database.Execute(
            $"""
            INSERT INTO stacks (id, organization_id, project, name, version, last_update_ms, resource_count, created_ms, deleted_ms)
            VALUES ({Stack}, 'o', 'app', 'dev', 0, 0, -1, 0, 0)
            """,
            CancellationToken.None
        );
        return new(source, folder, database);
    }

    public async Task<StateVersion> Save(long version, string text)
    {
        var staged = await States.Stage(Stack, Encoding.UTF8.GetBytes(text), CancellationToken.None);
        return await Database.Write(transaction => States.Commit(transaction, staged, version), CancellationToken.None);
    }

    public async Task<string> Read(long version)
    {
        var state = await States.Find(Stack, version, CancellationToken.None);
        using var text = await States.Read(state!, CancellationToken.None);
        return Encoding.UTF8.GetString(text.Memory.Span);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _source.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
