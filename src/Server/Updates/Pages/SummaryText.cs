using System.Globalization;
using System.Text;
using Server.Diffs;
using Server.Stacks;
using Server.Updates.Reports;

namespace Server.Updates.Pages;

/// <summary>An update as the CLI sums it up: a line for each resource that changes, how many by operation, how long it took.</summary>
internal static class SummaryText
{
    private const int MostRows = 200;
    private const int WidestCell = 60;

    public static string Of(Stack stack, Update update, UpdateReport report)
    {
        var rows = report.Rows();
        var changes = rows.Where(r => r.IsChange).OrderBy(r => r.FirstSequence).ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{update.Title()} of {stack.FullName}: {update.Result()}\n\n");
        if (changes.Count > 0)
        {
            Table(text, update, changes);
        }
        text.Append("Resources:\n");
        foreach (var (op, count) in update.Counts(rows))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {Operation.Sign(op)} {UpdateWords.Count(op, count, update.DryRun)}\n");
        }
        if (rows.Count(r => r.Failed) is > 0 and var failed)
        {
            text.Append(CultureInfo.InvariantCulture, $"    ! {UpdateWords.Number(failed)} failed\n");
        }
        if (update.EndedMs > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nDuration: {UpdateWords.Span(update.EndedMs - update.StartedMs)}\n");
        }
        return text.ToString();
    }

    private static void Table(StringBuilder text, Update update, List<ReportRow> changes)
    {
        var cells = changes
            .Take(MostRows)
            .Select(r =>
                (
                    Sign: r.Failed ? "!" : Operation.Sign(r.Op),
                    Type: Readable.Short(r.Type, WidestCell),
                    Name: Readable.Short(r.Name, WidestCell),
                    State: ChangeOrder.State(r, update.DryRun, update.IsOver)
                )
            )
            .Prepend((" ", "Type", "Name", "Status"))
            .ToList();
        var (type, name) = (cells.Max(c => c.Item2.Length), cells.Max(c => c.Item3.Length));
        foreach (var cell in cells)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $" {cell.Item1}  {cell.Item2.PadRight(type)}  {cell.Item3.PadRight(name)}  {cell.Item4}\n"
            );
        }
        if (changes.Count > MostRows)
        {
            text.Append(CultureInfo.InvariantCulture, $"    and {UpdateWords.Number(changes.Count - MostRows)} more\n");
        }
        text.Append('\n');
    }
}
