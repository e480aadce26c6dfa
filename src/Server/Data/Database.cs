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
    public abstract void Migrate();

    /// <summary>Several queries that see one state of the database.</summary>
    public abstract Task<T> Read<T>(Func<Transaction, Task<T>> work, CancellationToken ct);

    /// <summary>An exception from <paramref name="work"/> undoes it and reaches the caller.</summary>
    public abstract Task<T> Write<T>(Func<Transaction, Task<T>> work, CancellationToken ct);

    public abstract Task<List<T>> Query<T>(Sql sql, CancellationToken ct);

    public abstract Task<T?> QueryOne<T>(Sql sql, CancellationToken ct);

    public Task<int> Execute(Sql sql, CancellationToken ct) => Write(transaction => transaction.Execute(sql), ct);

    public abstract ValueTask DisposeAsync();

    /// <param name="url"><c>postgres://…</c>; null is SQLite in <paramref name="dataFolder"/>.</param>
    public static Database Open(string? url, string dataFolder) =>
        url is null ? new SqliteDatabase(Path.Combine(dataFolder, "holdfast.db")) : new PostgresDatabase(PostgresUrl.Parse(url));
}
