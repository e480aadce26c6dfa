using Server.Updates.Reports;

namespace Server.Updates.Pages;

internal static class ChangeOrder
{
    /// <summary>What failed comes first, then what is under way, then what changed.</summary>
    public static int Rank(ReportRow row) =>
        row.Failed ? 0
        : row.IsOpen ? 1
        : row.IsChange ? 2
        : 3;

    /// <summary>How it stands with a resource, as a word.</summary>
    public static string State(ReportRow row, bool dryRun, bool isOver) =>
        row.Failed ? $"{Operation.Present(row.Op)} failed"
        : row.IsOpen
            ? isOver ? $"{Operation.Present(row.Op)}, not finished"
                : $"{Operation.Present(row.Op)}…"
        : dryRun && Operation.Rank(row.Op) > Operation.Rank(Operation.Read) ? $"to {row.Op}"
        : Operation.Past(row.Op);
}
