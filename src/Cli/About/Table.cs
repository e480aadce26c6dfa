namespace Cli.About;

/// <summary>Columns two spaces apart, no rules.</summary>
internal static class Table
{
    public static string Of(string title, IReadOnlyList<(string Name, string Value)> rows) =>
        Of([
            [title, ""],
            .. rows.Select(row => new[] { row.Name, row.Value }),
        ]);

    public static string Of(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return string.Concat(
            rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd() + "\n")
        );
    }
}
