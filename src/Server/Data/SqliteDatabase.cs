using System.Data.Common;
using System.Threading.Channels;
using Dapper;
using DbUp;
using Microsoft.Data.Sqlite;

namespace Server.Data;

/// <summary>
/// SQLite with a write-ahead log. One task per process writes; everything that waits when it gets to work shares one commit, and so one
/// fsync (group commit). Without that, SQLite's own locking starves writers for seconds under load.
/// </summary>
public sealed class SqliteDatabase : Database
{
    private const int LargestBatch = 512;

    private readonly string _connectionString;
    private readonly Channel<IUnitOfWork> _queue = Channel.CreateUnbounded<IUnitOfWork>(new() { SingleReader = true });
    private readonly Task _writer;

    public SqliteDatabase(string file)
    {
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            ForeignKeys = true,
            DefaultTimeout = 30, // seconds to wait for another process, for instance `holdfast user add`
        }.ToString();
        _writer = Task.Run(WriteQueue);
    }

    public override void Migrate()
    {
        using (var connection = new SqliteConnection(_connectionString))
        {
            connection.Open();
            connection.Execute("PRAGMA journal_mode = WAL");
        }
        using var _ = FileLock.Wait(new SqliteConnectionStringBuilder(_connectionString).DataSource + ".migrate");
        Migrations.Run(DeployChanges.To.SqliteDatabase(_connectionString).JournalToSqliteTable("schema_versions"));
    }

    public override async Task<List<T>> Query<T>(Sql sql, CancellationToken ct)
    {
        await using var connection = await Reader(ct);
        return await new Transaction(connection, null, ct).Query<T>(sql);
    }

    public override async Task<T?> QueryOne<T>(Sql sql, CancellationToken ct)
        where T : default
    {
        await using var connection = await Reader(ct);
        return await new Transaction(connection, null, ct).QueryOne<T>(sql);
    }

    public override async Task<T> Read<T>(Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        await using var connection = await Reader(ct);
        await using var transaction = connection.BeginTransaction(deferred: true);
        return await work(new Transaction(connection, transaction, ct));
    }

    public override Task<T> Write<T>(Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        var unit = new UnitOfWork<T>(work, ct);
        return _queue.Writer.TryWrite(unit) ? unit.Result : Task.FromException<T>(new ObjectDisposedException(nameof(SqliteDatabase)));
    }

    public override async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writer; // what was accepted is still written
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private async Task<SqliteConnection> Reader(CancellationToken ct)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    private async Task WriteQueue()
    {
        SqliteConnection? connection = null;
        var batch = new List<IUnitOfWork>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            try
            {
                connection ??= OpenWriter();
                await WriteBatch(connection, batch);
                batch.ForEach(unit => unit.Committed());
            }
            catch (Exception failure) // the whole commit failed, for instance on a full disk: nobody is told otherwise
            {
                batch.ForEach(unit => unit.Failed(failure));
                if (batch.Count == 0 && _queue.Reader.TryRead(out var first))
                {
                    first.Failed(failure);
                }
                connection?.Dispose();
                connection = null;
            }
            batch.Clear();
        }
        connection?.Dispose();
    }

    private async Task WriteBatch(SqliteConnection connection, List<IUnitOfWork> batch)
    {
        await using var transaction = connection.BeginTransaction(deferred: false);
        while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var unit))
        {
            batch.Add(unit);
            transaction.Save("unit");
            if (!await unit.Run(connection, transaction))
            {
                transaction.Rollback("unit");
            }
            transaction.Release("unit");
        }
        await transaction.CommitAsync();
    }

    private SqliteConnection OpenWriter()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        connection.Execute("PRAGMA synchronous = FULL");
        return connection;
    }

    private interface IUnitOfWork
    {
        /// <returns>False if the work failed and must be undone.</returns>
        Task<bool> Run(DbConnection connection, DbTransaction transaction);
        void Committed();
        void Failed(Exception failure);
    }

    private sealed class UnitOfWork<T>(Func<Transaction, Task<T>> work, CancellationToken ct) : IUnitOfWork
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;
        private Exception? _failure;

        public Task<T> Result => _result.Task;

        public async Task<bool> Run(DbConnection connection, DbTransaction transaction)
        {
            try
            {
                ct.ThrowIfCancellationRequested();
                _value = await work(new Transaction(connection, transaction, CancellationToken.None));
                return true;
            }
            catch (Exception failure)
            {
                _failure = failure;
                return false;
            }
        }

        public void Committed()
        {
            if (_failure is null)
            {
                _result.TrySetResult(_value!);
            }
            else
            {
                Failed(_failure);
            }
        }

        public void Failed(Exception failure)
        {
            if (failure is OperationCanceledException)
            {
                _result.TrySetCanceled(ct);
            }
            else
            {
                _result.TrySetException(failure);
            }
        }
    }
}
