using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Server.Data;

/// <summary>Open connections that only read, each with its prepared statements. There are as many as there were queries at once.</summary>
internal sealed class SqliteReaders(string connectionString) : IDisposable
{
    private static readonly int MostIdle = Math.Max(8, 2 * Environment.ProcessorCount);

    private readonly ConcurrentQueue<Reader> _idle = [];
    private volatile bool _closed;

    public async Task<T> Run<T>(Func<Reader, Task<T>> work)
    {
        var reader = _idle.TryDequeue(out var idle) ? idle : Open();
        try
        {
            var result = await work(reader);
            if (!_closed && _idle.Count < MostIdle)
            {
                _idle.Enqueue(reader);
                reader = null;
            }
            return result;
        }
        finally
        {
            reader?.Dispose(); // also after a failure: who knows in what state it left the connection
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryDequeue(out var reader))
        {
            reader.Dispose();
        }
    }

    private Reader Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA query_only = TRUE"; // whoever writes goes through the queue
        command.ExecuteNonQuery();
        return new(connection, new(connection));
    }

    internal sealed record Reader(SqliteConnection Connection, Statements Statements) : IDisposable
    {
        public void Dispose()
        {
            Statements.Dispose();
            Connection.Dispose();
        }
    }
}
