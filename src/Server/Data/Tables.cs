namespace Server.Data;

/// <param name="Columns">In the order of the table.</param>
public sealed record Table(string Name, IReadOnlyList<Column> Columns);

/// <param name="Type">One of the four that migrations use: text, bigint, boolean, bytea.</param>
public sealed record Column(string Name, string Type);

/// <summary>All tables of the store, for who moves whole stores and knows none of them.</summary>
public static class Tables
{
    /// <summary>Each after those that it refers to. The list of migrations is not among them.</summary>
    public static async Task<List<Table>> All(Database database, Transaction transaction)
    {
        var columns = await transaction.Query<ColumnRow>(database.ColumnsOfTables);
        var references = await transaction.Query<Reference>(database.ReferencesOfTables);
        var tables = columns
            .GroupBy(c => c.TableName, c => new Column(c.ColumnName, c.Type.ToLowerInvariant()))
            .Where(t => t.Key != Migrations.Journal)
            .ToDictionary(t => t.Key, t => new Table(t.Key, [.. t]), StringComparer.Ordinal);
        var refersTo = references.Where(r => r.TableName != r.Other).ToLookup(r => r.TableName, r => r.Other);
        var sorted = new List<Table>();
        while (sorted.Count < tables.Count)
        {
            var ready = tables
                .Values.Where(t => !sorted.Contains(t) && refersTo[t.Name].All(o => sorted.Exists(s => s.Name == o)))
                .ToList();
            sorted.AddRange(
                ready.Count > 0
                    ? ready.OrderBy(t => t.Name, StringComparer.Ordinal)
                    : throw new InvalidOperationException("The tables refer to each other in a circle.")
            );
        }
        return sorted;
    }

    public static async Task<bool> IsEmpty(Transaction transaction, Table table) =>
        await transaction.QueryOne<long>($"SELECT COUNT(*) FROM (SELECT 1 FROM {Sql.Name(table.Name)} LIMIT 1) one") == 0;

    /// <summary>Each row as its values, of which a missing one is null.</summary>
    public static Task Read(Transaction transaction, Table table, Func<object?[], Task> take) =>
        transaction.Read($"SELECT {Names(table)} FROM {Sql.Name(table.Name)}", take);

    public static Task<int> Insert(Transaction transaction, Table table, object?[] row) =>
        transaction.Execute($"INSERT INTO {Sql.Name(table.Name)} ({Names(table)}) VALUES {row.AsEnumerable()}");

    private static Sql Names(Table table)
    {
        var names = Sql.Name(table.Columns[0].Name);
        foreach (var column in table.Columns.Skip(1))
        {
            names = $"{names}, {Sql.Name(column.Name)}";
        }
        return names;
    }

    private sealed record ColumnRow
    {
        public required string TableName { get; init; }
        public required string ColumnName { get; init; }
        public required string Type { get; init; }
    }

    private sealed record Reference
    {
        public required string TableName { get; init; }
        public required string Other { get; init; }
    }
}
