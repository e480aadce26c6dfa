using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Server.Data;

/// <summary>What a unit of work may do: run SQL, and nothing else. Everything in one unit of work commits together or not at all.</summary>
public sealed class Transaction
{
    private readonly Statements _statements;
    private readonly DbTransaction? _transaction;
    private readonly CancellationToken _ct;
    private SortedDictionary<string, List<Func<Task>>>? _beforeCommit;

    internal Transaction(Statements statements, DbTransaction? transaction, CancellationToken ct) =>
        (_statements, _transaction, _ct) = (statements, transaction, ct);

    public async Task<List<T>> Query<T>(Sql sql)
    {
        using var use = _statements.Of(sql, _transaction);
        await using var reader = await use.Command.ExecuteReaderAsync(_ct);
        var rows = new List<T>();
        Func<DbDataReader, object?>? parse = null;
        while (await reader.ReadAsync(_ct))
        {
            parse ??= reader.GetRowParser(typeof(T));
            rows.Add(To<T>(parse(reader))!);
        }
        return rows;
    }

    /// <returns>The default if there is no row; more than one is a bug.</returns>
    public async Task<T?> QueryOne<T>(Sql sql)
    {
        using var use = _statements.Of(sql, _transaction);
        await using var reader = await use.Command.ExecuteReaderAsync(_ct);
        if (!await reader.ReadAsync(_ct))
        {
            return default;
        }
        var row = To<T>(reader.GetRowParser(typeof(T))(reader));
        return await reader.ReadAsync(_ct)
            ? throw new InvalidOperationException("A query for one row has found several: " + use.Command.CommandText)
            : row;
    }

    /// <summary>Row by row, so that a large table need not be in memory.</summary>
    internal async Task Read(Sql sql, Func<object?[], Task> take)
    {
        using var use = _statements.Of(sql, _transaction);
        await using var reader = await use.Command.ExecuteReaderAsync(_ct);
        while (await reader.ReadAsync(_ct))
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }
            await take(row);
        }
    }

    /// <returns>The one column of the one row; null if there is no row.</returns>
    public async Task<Blob?> QueryBlob(Sql sql)
    {
        using var use = _statements.Of(sql, _transaction);
        await using var reader = await use.Command.ExecuteReaderAsync(_ct);
        return await reader.ReadAsync(_ct) ? Blob.Read(reader) : null;
    }

    /// <returns>How many rows changed.</returns>
    public async Task<int> Execute(Sql sql)
    {
        using var use = _statements.Of(sql, _transaction);
        return await use.Command.ExecuteNonQueryAsync(_ct);
    }

    /// <summary>
    /// Work on a row that everybody wants. It is done at the very end, which is short before the row is free again, and in the order of its name, so
    /// that no two units of work wait for each other.
    /// </summary>
    public void BeforeCommit(string name, Func<Task> work)
    {
        _beforeCommit ??= new(StringComparer.Ordinal);
        if (!_beforeCommit.TryGetValue(name, out var all))
        {
            _beforeCommit[name] = all = [];
        }
        all.Add(work);
    }

    internal async Task Finish()
    {
        foreach (var work in _beforeCommit?.Values.SelectMany(all => all) ?? [])
        {
            await work();
        }
    }

    /// <summary>SQLite has one type for integers and booleans.</summary>
    private static T? To<T>(object? value) =>
        value switch
        {
            null => default,
            T fits => fits,
            _ => (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), CultureInfo.InvariantCulture),
        };
}
