using Npgsql;

namespace Support;

public enum Engine
{
    Sqlite,
    PostgreSql,
}

/// <summary>A database of the test's own: on PostgreSQL in the cluster that ./test starts, on SQLite in the server's data folder.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    /// <summary>The address of the private cluster, as <c>postgres://…/postgres</c>.</summary>
    public const string ClusterVariable = "TEST_POSTGRES";

    private readonly string? _name;

    private TestDatabase(string? name) => _name = name;

    /// <summary>Null is SQLite.</summary>
    public string? Url =>
        _name is null
            ? null
            : new UriBuilder(Cluster!) { Path = _name }
                .Uri
                .AbsoluteUri;

    private static string? Cluster => Environment.GetEnvironmentVariable(ClusterVariable);

    public static async Task<TestDatabase> Create(Engine engine)
    {
        if (engine == Engine.Sqlite)
        {
            return new(null);
        }
        if (Cluster is null)
        {
            throw new InvalidOperationException(
                $"{ClusterVariable} is not set. Run the tests with ./test, which starts a private PostgreSQL."
            );
        }
        var name = "t" + Guid.NewGuid().ToString("n");
        await Admin($"CREATE DATABASE {name}");
        return new(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_name is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await Admin($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        }
    }

    private static async Task Admin(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Server.Data.PostgresUrl.Parse(Cluster!));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
