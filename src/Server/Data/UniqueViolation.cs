using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Server.Data;

public static class UniqueViolation
{
    private const int SqliteUnique = 2067;

    /// <summary>Was there already such a row? An UPDATE cannot say ON CONFLICT, as an INSERT can.</summary>
    public static bool IsUniqueViolation(this DbException problem) =>
        problem
            is SqliteException { SqliteExtendedErrorCode: SqliteUnique }
                or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };
}
