using System.Globalization;
using System.Text.Json;
using Server.Auth;
using Server.Updates.Reports;

namespace Server.Updates.Pages;

/// <summary>Updates, said for people.</summary>
internal static class UpdateWords
{
    /// <summary><c>Update 12</c>, <c>Preview of destroy</c>.</summary>
    public static string Title(this Update update) =>
        update.DryRun ? Kind(update) : string.Create(CultureInfo.InvariantCulture, $"{Kind(update)} {update.Version}");

    public static string Kind(this Update update) =>
        (update.DryRun, update.Kind) switch
        {
            (_, UpdateKind.Preview) => "Preview",
            (true, var kind) => "Preview of " + kind,
            (_, UpdateKind.ResourceImport) => "Import of resources",
            (_, var kind) => char.ToUpperInvariant(kind[0]) + kind[1..],
        };

    /// <summary>The address below the stack's, as the CLI prints it.</summary>
    public static string Place(this Update update) =>
        update.DryRun
            ? "/previews/" + Uri.EscapeDataString(update.Id)
            : string.Create(CultureInfo.InvariantCulture, $"/updates/{update.Version}");

    public static string Result(this Update update) =>
        update.Status switch
        {
            UpdateStatus.Ending => "finishing",
            UpdateStatus.Cancelled => "cancelled",
            var status => status,
        };

    public static string ResultClass(this Update update) =>
        update.Status switch
        {
            UpdateStatus.Running or UpdateStatus.Ending => "running",
            UpdateStatus.Failed or UpdateStatus.Cancelled => "failed",
            _ => "succeeded",
        };

    /// <summary>Who asked for it; of one that was made elsewhere, who put it here.</summary>
    public static string Requester(this Update update) => update.ImportedMs > 0 ? "imported by " + Account(update) : Account(update);

    private static string Account(Update update) =>
        update.RequesterName is { Length: > 0 } name && name != update.RequesterLogin ? $"{name} ({update.RequesterLogin})"
        : update.RequesterLogin.Length > 0 ? update.RequesterLogin
        : "an account that is gone";

    /// <summary>From start to end, or until now.</summary>
    public static string Took(this Update update, TimeProvider clock) =>
        Span((update.EndedMs > 0 ? update.EndedMs : clock.GetUtcNow().ToUnixTimeMilliseconds()) - update.StartedMs);

    public static string Span(long ms) =>
        ms switch
        {
            < 0 => "",
            < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{ms / 1000.0:0.#} s"),
            < 60_000 => $"{ms / 1000} s",
            < 3_600_000 => $"{ms / 60_000} min {ms / 1000 % 60} s",
            _ => $"{ms / 3_600_000} h {ms / 60_000 % 60} min",
        };

    /// <summary>Without the name of its status, with which messages to programs begin.</summary>
    public static string Sentence(this ApiException refused) =>
        refused.Message[(refused.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..];

    /// <summary>It puts a whole state in the place of another, without an engine that would tell of resources.</summary>
    public static bool IsWholeState(this Update update) => update.Kind is UpdateKind.Import or "rename";

    /// <summary>The first line of its message.</summary>
    public static string MessageTitle(this Update update) => update.Message.Trim().Split('\n', 2)[0];

    public static string MessageRest(this Update update) => update.Message.Trim().Split('\n', 2) is [_, var rest] ? rest.Trim() : "";

    /// <summary><c>1 resource</c>.</summary>
    public static string Resources(long count) =>
        count switch
        {
            0 => "no resources",
            1 => "1 resource",
            _ => Number(count) + " resources",
        };

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>How many resources by operation: as the engine sums up, or as it has told until now.</summary>
    public static IReadOnlyList<(string Op, long Count)> Counts(this Update update, IReadOnlyCollection<ReportRow>? rows = null)
    {
        var counts =
            update.ResourceChanges.Length > 0
                ? JsonSerializer
                    .Deserialize(update.ResourceChanges, Wire.WireJson.Default.DictionaryStringInt64)!
                    .Select(c => (c.Key, c.Value))
                : (rows ?? []).Where(r => !r.IsOpen && !r.Failed).GroupBy(r => r.Op).Select(g => (g.Key, (long)g.Count()));
        return
        [
            .. counts
                .GroupBy(c => Operation.Plain(c.Item1), c => c.Item2)
                .Select(g => (g.Key, g.Max()))
                .Where(c => c.Item2 > 0)
                .OrderBy(c => Operation.Place(c.Key))
                .ThenBy(c => c.Key, StringComparer.Ordinal),
        ];
    }

    /// <summary><c>3 created</c>, <c>3 to create</c>.</summary>
    public static string Count(string op, long count, bool dryRun) =>
        $"{Number(count)} {(dryRun && Operation.Rank(op) > Operation.Rank(Operation.Read) ? "to " + op : Operation.Past(op))}";
}
