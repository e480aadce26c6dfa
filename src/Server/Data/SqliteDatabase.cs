using System.Diagnostics;
using System.Threading.Channels;
using DbUp;
using Microsoft.Data.Sqlite;

namespace Server.Data;

/// <summary>
/// SQLite with a write-ahead log. One at a time writes in a process: whoever comes when nobody does, by himself and at once; the others queue for a task
/// that lets everything that waits share one commit, and so one fsync (group commit). Without that, SQLite's own locking starves writers for seconds
/// under load.
/// </summary>
public sealed class SqliteDatabase : Database
{
    private const int LargestBatch = 512;

    /// <summary>How much longer than it works what others need not wait for.</summary>
    private const int Rest = 4;

    private readonly string _connectionString;
    private readonly SqliteReaders _readers;
    private readonly Channel<IUnitOfWork> _queue = Channel.CreateUnbounded<IUnitOfWork>();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Task _queueWriter;
    private SqliteConnection? _writer;
    private Statements? _statements;
    private long _written;
    private long _writtenBehind;

    public SqliteDatabase(string file)
    {
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            ForeignKeys = true,
            Pooling = false, // readers are kept in a pool of their own, with their statements
            DefaultTimeout = 30, // seconds to wait for another process, for instance `holdfast user add`
        }.ToString();
        _readers = new(_connectionString);
        _queueWriter = Task.Run(WriteQueue);
    }

    public override void Migrate(IReadOnlyCollection<string>? only = null)
    {
        using (var connection = new SqliteConnection(_connectionString))
        {
            connection.Open();
            Run(connection, "PRAGMA journal_mode = WAL");
        }
        using var _ = FileLock.Wait(new SqliteConnectionStringBuilder(_connectionString).DataSource + ".migrate");
        Migrations.Run(DeployChanges.To.SqliteDatabase(_connectionString).JournalToSqliteTable(Migrations.Journal), only);
    }

    public override async Task<IReadOnlyList<string>> Problems(CancellationToken ct)
    {
        var pages = await Query<string>($"PRAGMA integrity_check", ct);
        var orphans = await Query<string>(
            $"SELECT 'a row of ' || \"table\" || ' refers to none of ' || parent FROM pragma_foreign_key_check",
            ct
        );
        return [.. pages.Where(p => p != "ok"), .. orphans];
    }

    internal override Sql ColumnsOfTables =>
        $"""
            SELECT t.name AS table_name, c.name AS column_name, c.type
            FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid
            """;

    internal override Sql ReferencesOfTables =>
        $"""
            SELECT t.name AS table_name, r."table" AS other
            FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) r WHERE t.type = 'table'
            """;

    public override Task<List<T>> Query<T>(Sql sql, CancellationToken ct) =>
        _readers.Run(reader => new Transaction(reader.Statements, null, ct).Query<T>(sql));

    public override Task<T?> QueryOne<T>(Sql sql, CancellationToken ct)
        where T : default => _readers.Run(reader => new Transaction(reader.Statements, null, ct).QueryOne<T>(sql));

    public override Task<T> Read<T>(Func<Transaction, Task<T>> work, CancellationToken ct) =>
        _readers.Run(async reader =>
        {
            await using var transaction = reader.Connection.BeginTransaction(deferred: true);
            return await work(new Transaction(reader.Statements, transaction, ct));
        });

    public override Task<T> Write<T>(Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        var unit = new UnitOfWork<T>(work, ct);
        if (_queue.Reader.Count == 0 && _turn.Wait(0, CancellationToken.None))
        {
            return WriteAtOnce(unit);
        }
        if (!_queue.Writer.TryWrite(unit))
        {
            return Task.FromException<T>(new ObjectDisposedException(nameof(SqliteDatabase)));
        }
        WriteMetrics.Queued();
        return unit.Result;
    }

    public override async Task<T> WriteBehind<T>(Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        var result = await Write(work, ct);
        var written = Volatile.Read(ref _written);
        if (written - Interlocked.Exchange(ref _writtenBehind, written) > 1)
        {
            await Task.Delay(Rest * Stopwatch.GetElapsedTime(begun), ct);
        }
        return result;
    }

    public override async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _queueWriter; // what was accepted is still written
        await _turn.WaitAsync(); // and is never given back
        CloseWriter();
        _readers.Dispose();
    }

    /// <summary>On the caller's thread, which spares it two changes of threads. It has the turn.</summary>
    private async Task<T> WriteAtOnce<T>(UnitOfWork<T> unit)
    {
        try
        {
            await Commit([unit], RunAlone);
        }
        finally
        {
            _turn.Release();
        }
        return await unit.Result;
    }

    private async Task WriteQueue()
    {
        var batch = new List<IUnitOfWork>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            await _turn.WaitAsync();
            try
            {
                Take(batch);
                await Commit(batch, RunAll);
            }
            finally
            {
                _turn.Release();
            }
            batch.Clear();
        }
    }

    /// <summary>Tells each unit of work how it ended. Whoever calls it has the turn.</summary>
    private async Task Commit(List<IUnitOfWork> batch, Func<List<IUnitOfWork>, SqliteTransaction, Task> run)
    {
        try
        {
            var begun = Stopwatch.GetTimestamp();
            _writer ??= OpenWriter();
            _statements ??= new(_writer);
            await using (var transaction = _writer.BeginTransaction(deferred: false))
            {
                await run(batch, transaction);
            }
            WriteMetrics.CommitDuration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            WriteMetrics.BatchSize.Record(batch.Count);
            Interlocked.Add(ref _written, batch.Count);
            batch.ForEach(unit => unit.Committed());
        }
        catch (Exception failure) // the whole commit failed, for instance on a full disk: nobody is told otherwise
        {
            batch.ForEach(unit => unit.Failed(failure));
            CloseWriter();
        }
    }

    private async Task RunAlone(List<IUnitOfWork> batch, SqliteTransaction transaction)
    {
        if (await batch[0].Run(new(_statements!, transaction, CancellationToken.None)))
        {
            await transaction.CommitAsync();
        }
    }

    /// <summary>Those too that come meanwhile.</summary>
    private async Task RunAll(List<IUnitOfWork> batch, SqliteTransaction transaction)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var sql = new Transaction(_statements!, transaction, CancellationToken.None);
            await sql.Execute($"SAVEPOINT unit");
            if (!await batch[i].Run(sql))
            {
                await sql.Execute($"ROLLBACK TO unit");
            }
            await sql.Execute($"RELEASE unit");
            Take(batch);
        }
        await transaction.CommitAsync();
    }

    private void Take(List<IUnitOfWork> batch)
    {
        while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var unit))
        {
            batch.Add(unit);
            WriteMetrics.Taken();
        }
    }

    private void CloseWriter()
    {
        _statements?.Dispose();
        _writer?.Dispose();
        (_statements, _writer) = (null, null);
    }

    private SqliteConnection OpenWriter()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        Run(connection, "PRAGMA synchronous = FULL");
        return connection;
    }

    private static void Run(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the two texts above
        command.CommandText = pragma;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private interface IUnitOfWork
    {
        /// <returns>False if the work failed and must be undone.</returns>
        Task<bool> Run(Transaction transaction);
        void Committed();
        void Failed(Exception failure);
    }

    private sealed class UnitOfWork<T>(Func<Transaction, Task<T>> work, CancellationToken ct) : IUnitOfWork
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;
        private Exception? _failure;

        public Task<T> Result => _result.Task;

        public async Task<bool> Run(Transaction transaction)
        {
            try
            {
                ct.ThrowIfCancellationRequested();
                _value = await work(transaction);
                await transaction.Finish();
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
