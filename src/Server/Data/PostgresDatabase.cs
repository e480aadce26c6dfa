using DbUp;
using DbUp.Postgresql;
using Npgsql;

namespace Server.Data;

/// <summary>PostgreSQL: any number of identical processes on one database.</summary>
public sealed class PostgresDatabase : Database
{
    private const long MigrationLock = 0x686f6c64; // "hold"

    private readonly NpgsqlDataSource _source;

    /// <param name="connectionString">An Npgsql connection string.</param>
    public PostgresDatabase(string connectionString)
    {
        // A server-wide `synchronous_commit = off` would break the promise that an acknowledged write is on disk.
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Options = $"{settings.Options} -c synchronous_commit=on".Trim();
        settings.ApplicationName ??= "holdfast";
        if (!settings.ShouldSerialize("Max Auto Prepare"))
        {
            settings.MaxAutoPrepare = 200; // 0 in the address turns it off, for poolers that cannot keep prepared statements
        }
        _source = NpgsqlDataSource.Create(settings);
    }

    public override void Migrate(IReadOnlyCollection<string>? only = null)
    {
        using var guard = _source.OpenConnection();
        using (var take = new NpgsqlCommand($"SELECT pg_advisory_lock({MigrationLock})", guard))
        {
            take.ExecuteNonQuery();
        }
        Migrations.Run(
            DeployChanges
                .To.PostgresqlDatabase(new PostgresqlConnectionManager(_source))
                .JournalToPostgresqlTable(null, Migrations.Journal),
            only
        );
        using var release = new NpgsqlCommand($"SELECT pg_advisory_unlock({MigrationLock})", guard);
        release.ExecuteNonQuery();
    }

    /// <summary>PostgreSQL holds its rows to their references itself, and has tools of its own for its files.</summary>
    public override Task<IReadOnlyList<string>> Problems(CancellationToken ct) => Task.FromResult<IReadOnlyList<string>>([]);

    internal override Sql ColumnsOfTables =>
        $"""
            SELECT table_name, column_name, data_type AS type FROM information_schema.columns
            WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position
            """;

    internal override Sql ReferencesOfTables =>
        $"""
            SELECT t.relname AS table_name, o.relname AS other
            FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class o ON o.oid = c.confrelid
            WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace
            """;

    public override async Task<List<T>> Query<T>(Sql sql, CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        using var statements = new Statements(connection);
        return await new Transaction(statements, null, ct).Query<T>(sql);
    }

    public override async Task<T?> QueryOne<T>(Sql sql, CancellationToken ct)
        where T : default
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        using var statements = new Statements(connection);
        return await new Transaction(statements, null, ct).QueryOne<T>(sql);
    }

    public override Task<T> Read<T>(Func<Transaction, Task<T>> work, CancellationToken ct) =>
        Run(work, System.Data.IsolationLevel.RepeatableRead, ct);

    public override Task<T> Write<T>(Func<Transaction, Task<T>> work, CancellationToken ct) =>
        Run(work, System.Data.IsolationLevel.ReadCommitted, ct);

    private async Task<T> Run<T>(Func<Transaction, Task<T>> work, System.Data.IsolationLevel isolation, CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(isolation, ct);
        using var statements = new Statements(connection);
        var unit = new Transaction(statements, transaction, ct);
        var result = await work(unit);
        await unit.Finish();
        await transaction.CommitAsync(CancellationToken.None); // past this point the answer must be the truth, whoever hangs up
        return result;
    }

    public override ValueTask DisposeAsync() => _source.DisposeAsync();
}
