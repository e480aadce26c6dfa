using Dapper;

namespace Server.Data;

/// <summary>
/// The store. A unit of work runs SQL only: it must not wait for anything else, because on SQLite all writers of a process share one
/// thread. When a write returns, its rows are on disk.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true; // created_ms fills CreatedMs

    /// <summary>Brings the schema up to date. Safe to call from several processes at once.</summary>
    /// <param name="only">The migrations to run, by name; null is all.</param>
    public abstract void Migrate(IReadOnlyCollection<string>? only = null);

    /// <summary>The migrations that have run, by name.</summary>
    public Task<List<string>> MigrationsRun(CancellationToken ct) =>
        Query<string>($"SELECT scriptname FROM {Sql.Name(Migrations.Journal)} ORDER BY scriptname", ct);

    /// <summary>What is wrong with the files or tables of the database itself, as it sees it; empty if nothing.</summary>
    public abstract Task<IReadOnlyList<string>> Problems(CancellationToken ct);

    /// <summary>Rows of table_name, column_name and type.</summary>
    internal abstract Sql ColumnsOfTables { get; }

    /// <summary>Rows of table_name and other: the table whose rows it refers to.</summary>
    internal abstract Sql ReferencesOfTables { get; }

    /// <summary>Several queries that see one state of the database.</summary>
    public abstract Task<T> Read<T>(Func<Transaction, Task<T>> work, CancellationToken ct);

    /// <summary>An exception from <paramref name="work"/> undoes it and reaches the caller.</summary>
    public abstract Task<T> Write<T>(Func<Transaction, Task<T>> work, CancellationToken ct);

    /// <summary>As <see cref="Write"/>, for small pieces of much work that nobody waits for: it rests between them while others write.</summary>
    public virtual Task<T> WriteBehind<T>(Func<Transaction, Task<T>> work, CancellationToken ct) => Write(work, ct);

    public abstract Task<List<T>> Query<T>(Sql sql, CancellationToken ct);

    public abstract Task<T?> QueryOne<T>(Sql sql, CancellationToken ct);

    public Task<int> Execute(Sql sql, CancellationToken ct) => Write(transaction => transaction.Execute(sql), ct);

    public abstract ValueTask DisposeAsync();

    /// <param name="url"><c>postgres://…</c>; null is SQLite in <paramref name="dataFolder"/>.</param>
    public static Database Open(string? url, string dataFolder) =>
        url is null ? new SqliteDatabase(Path.Combine(dataFolder, "holdfast.db")) : new PostgresDatabase(PostgresUrl.Parse(url));
}
