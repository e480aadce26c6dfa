using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Server.Data;

public static class DiskFull
{
    private const int SqliteFull = 13;
    private const int SqliteInputOutput = 10;

    /// <summary>Could the database not write? A full disk stops SQLite in either of two ways, depending on which of its files had to grow.</summary>
    public static bool IsDiskFull(this DbException problem) =>
        problem
            is SqliteException { SqliteErrorCode: SqliteFull or SqliteInputOutput }
                or PostgresException { SqlState: PostgresErrorCodes.DiskFull };
}
