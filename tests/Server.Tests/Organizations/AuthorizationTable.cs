using Server.Organizations;
using Support;

namespace Server.Tests.Organizations;

/// <summary>The table of who may do what, as docs/security.md has it.</summary>
internal static class AuthorizationTable
{
    public static readonly IReadOnlyList<string> Columns =
    [
        "admin",
        "member: admin",
        "member: write",
        "member: read",
        "member: none",
        "billing manager",
    ];
    private const string Head = "| permission | ";
    private const string Rest = "| *everything else* |";

    /// <summary>As the document has it: which columns have a permission.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> OfDocument() =>
        Lines()
            .Skip(2)
            .Where(l => !l.StartsWith(Rest, StringComparison.Ordinal))
            .Select(Cells)
            .ToDictionary(
                c => c[0].Trim('`'),
                IReadOnlySet<string> (c) => Columns.Where((_, i) => c[i + 1].StartsWith("yes", StringComparison.Ordinal)).ToHashSet()
            );

    /// <summary>As it would have to be in the document.</summary>
    public static string OfCode() =>
        string.Join(
            '\n',
            [
                Head + string.Join(" | ", Columns) + " |",
                "| --- |" + string.Concat(Columns.Select(_ => " --- |")),
                .. Capability.Table.Values.Select(c =>
                    $"| `{c.Permission}` | {string.Join(" | ", Columns.Select(column => Cell(c, column)))} |"
                ),
                Rest + " yes |" + string.Concat(Enumerable.Repeat(" – |", Columns.Count - 1)),
            ]
        );

    public static string OfDocumentAsText() => string.Join('\n', Lines());

    private static string Cell(Capability capability, string column) =>
        column switch
        {
            "admin" => "yes",
            "billing manager" => capability.Billing ? "yes" : "–",
            _ when capability.From is { } from && from <= LevelOf(column) => capability.Unless is null ? "yes" : "yes ¹",
            _ => "–",
        };

    private static long LevelOf(string column) =>
        column switch
        {
            "member: admin" => StackLevel.Admin,
            "member: write" => StackLevel.Write,
            "member: read" => StackLevel.Read,
            _ => StackLevel.None,
        };

    private static List<string> Lines() =>
        [
            .. File.ReadLines(Path.Combine(Repository.Root, "docs", "security.md"))
                .SkipWhile(l => !l.StartsWith(Head, StringComparison.Ordinal))
                .TakeWhile(l => l.StartsWith('|')),
        ];

    private static List<string> Cells(string line) => [.. line.Trim('|').Split('|').Select(c => c.Trim())];
}
