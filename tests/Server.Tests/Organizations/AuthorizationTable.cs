using Server.Organizations;
using Support;

namespace Server.Tests.Organizations;

/// <summary>The tables of who may do what, as docs/security.md has them: one of environments, and one of all else.</summary>
internal static class AuthorizationTable
{
    private static readonly IReadOnlyList<string> Columns =
    [
        "admin",
        "member: admin",
        "member: write",
        "member: read",
        "member: none",
        "billing manager",
    ];
    private static readonly IReadOnlyList<string> EnvironmentColumns =
    [
        "admin",
        "member: admin",
        "member: write",
        "member: open",
        "member: read",
        "member: none",
        "billing manager",
    ];
    private const string Head = "| permission | ";
    private const string EnvironmentHead = "| permission of environments | ";
    private const string Rest = "| *everything else* |";

    /// <summary>As the document has them: which columns have a permission.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> OfDocument() =>
        Rows(Head, Columns).Concat(Rows(EnvironmentHead, EnvironmentColumns)).ToDictionary(r => r.Permission, r => r.Columns);

    /// <summary>As they would have to be in the document.</summary>
    public static string OfCode() =>
        string.Join(
            '\n',
            [
                .. Table(Head, Columns, Capability.Table.Values.Where(c => !c.IsOfEnvironment)),
                Rest + " yes |" + string.Concat(Enumerable.Repeat(" – |", Columns.Count - 1)),
                .. Table(EnvironmentHead, EnvironmentColumns, Capability.Table.Values.Where(c => c.IsOfEnvironment)),
            ]
        );

    public static string OfDocumentAsText() => string.Join('\n', [.. Lines(Head), .. Lines(EnvironmentHead)]);

    private static IEnumerable<string> Table(string head, IReadOnlyList<string> columns, IEnumerable<Capability> capabilities) =>
        [
            head + string.Join(" | ", columns) + " |",
            "| --- |" + string.Concat(columns.Select(_ => " --- |")),
            .. capabilities.Select(c => $"| `{c.Permission}` | {string.Join(" | ", columns.Select(column => Cell(c, column)))} |"),
        ];

    private static string Cell(Capability capability, string column) =>
        column switch
        {
            "admin" => "yes",
            "billing manager" => capability.Billing ? "yes" : "–",
            _ when capability.From is { } from && from <= LevelOf(capability, column) => capability.Unless is null ? "yes" : "yes ¹",
            _ => "–",
        };

    private static long LevelOf(Capability capability, string column) =>
        column switch
        {
            "member: admin" => capability.IsOfEnvironment ? EnvironmentLevel.Admin : StackLevel.Admin,
            "member: write" => capability.IsOfEnvironment ? EnvironmentLevel.Write : StackLevel.Write,
            "member: open" => EnvironmentLevel.Open,
            "member: read" => capability.IsOfEnvironment ? EnvironmentLevel.Read : StackLevel.Read,
            _ => StackLevel.None,
        };

    private static IEnumerable<(string Permission, IReadOnlySet<string> Columns)> Rows(string head, IReadOnlyList<string> columns) =>
        Lines(head)
            .Skip(2)
            .Where(l => !l.StartsWith(Rest, StringComparison.Ordinal))
            .Select(Cells)
            .Select(c =>
                (
                    c[0].Trim('`'),
                    (IReadOnlySet<string>)columns.Where((_, i) => c[i + 1].StartsWith("yes", StringComparison.Ordinal)).ToHashSet()
                )
            );

    private static List<string> Lines(string head) =>
        [
            .. File.ReadLines(Path.Combine(Repository.Root, "docs", "security.md"))
                .SkipWhile(l => !l.StartsWith(head, StringComparison.Ordinal))
                .TakeWhile(l => l.StartsWith('|')),
        ];

    private static List<string> Cells(string line) => [.. line.Trim('|').Split('|').Select(c => c.Trim())];
}
