using System.Data.Common;
using Dapper;

namespace Server.Data;

/// <summary>What a unit of work may do: run SQL, and nothing else. Everything in one unit of work commits together or not at all.</summary>
public sealed class Transaction(DbConnection connection, DbTransaction? transaction, CancellationToken ct)
{
    public async Task<List<T>> Query<T>(Sql sql) => (await connection.QueryAsync<T>(sql.Command(transaction, ct))).AsList();

    public async Task<T?> QueryOne<T>(Sql sql) => await connection.QuerySingleOrDefaultAsync<T>(sql.Command(transaction, ct));

    /// <returns>How many rows changed.</returns>
    public async Task<int> Execute(Sql sql) => await connection.ExecuteAsync(sql.Command(transaction, ct));
}
