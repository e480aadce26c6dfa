using System.Text;
using Cli.Invocation;
using Cli.Tests.Support;
using Support;

namespace Cli.Tests.Rules;

/// <summary>Every command of the stock CLI is here, with its names and flags. The table beside this file says which there are.</summary>
public sealed class CommandTreeTests : IDisposable
{
    private const string Begin = "<!-- made from the command tree: begin -->\n";
    private const string End = "<!-- made from the command tree: end -->\n";
    private readonly TestMachine _machine = new();

    public static TheoryData<string> Paths => new(Stock.Select(command => command.Path));

    private static StockCommand[] Stock { get; } =
    [
        .. File.ReadAllLines(Path.Combine(Repository.Root, "tests/Cli.Tests/Rules/stock-commands.tsv"))
            .Select(line => line.Split('\t'))
            .Select(cells => new StockCommand(cells[0], Words(cells[1], ','), cells[2] == "h", Words(cells[3], ' '))),
    ];

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void The_table_is_whole() => Stock.Length.ShouldBe(253);

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_command_has_its_names_and_flags_and_refuses_others(string path)
    {
        var stock = Stock.Single(command => command.Path == path);
        var command = Find(path);

        command.Aliases.ShouldBe(stock.Aliases.Where(alias => alias != command.Name), ignoreOrder: true);
        var flags = FlagSet.Of(command);
        foreach (var flag in stock.Flags)
        {
            var (names, kind) = Split(flag);
            var start = names.IndexOf("--", StringComparison.Ordinal);
            var option = flags.Find(names[start..]).ShouldNotBeNull($"{path} {names[start..]}");
            if (start > 0)
            {
                flags.Find(names[..start]).ShouldBe(option, $"{path} {names[..start]}");
            }
            FlagSet.IsSwitch(option).ShouldBe(kind.Length == 0, $"{path} {flag}");
            FlagSet.IsRepeatable(option).ShouldBe(kind.StartsWith("list", StringComparison.Ordinal), $"{path} {flag}");
            option.Hidden.ShouldBe(flag.EndsWith('!'), $"{path} {flag}");
        }
        var words = path.Split(' ');
        if (command.HasRun)
        {
            (await _machine.Run([.. words, "--bogus"])).ShouldBe(new(1, "", "error: unknown flag: --bogus\n"));
        }
        var help = await _machine.Run([.. words, "--help"]);
        help.Exit.ShouldBe(0);
        help.Out.ShouldContain(
            command.HasRun || command.Commands.Any(child => !child.Hidden) ? "\nUsage:\n  pulumi " + path : "\nUsage:\n"
        );
        foreach (var option in command.Options.Where(option => !option.Hidden))
        {
            help.Out.ShouldContain(option.Name);
            option.Description.ShouldNotBeNullOrWhiteSpace($"{path} {option.Name}");
        }
    }

    [Fact]
    public async Task A_command_of_another_program_says_so()
    {
        (await _machine.Run("up", "--yes", "-s", "dev")).ShouldBe(
            new(
                1,
                "",
                "error: `pulumi up` needs the deployment engine and its plugins, which this program does not have. Run the stock Pulumi CLI beside it: both use the same login, the same stacks and the same files\n"
            )
        );
        (await _machine.Run("insights", "resource", "get", "x", "--account", "y")).ShouldBe(
            new(
                1,
                "",
                "error: `pulumi insights resource get` is not part of this program. Run the stock Pulumi CLI beside it: both use the same login\n"
            )
        );
    }

    /// <summary>Where this fails, run it with <c>UPDATE_DOCUMENTS=1</c>.</summary>
    [Fact]
    public async Task The_document_lists_every_command_as_it_is()
    {
        var path = Path.Combine(Repository.Root, "docs/compatibility.md");
        var document = await File.ReadAllTextAsync(path);
        var (begin, end) = (document.IndexOf(Begin, StringComparison.Ordinal), document.IndexOf(End, StringComparison.Ordinal));
        begin.ShouldBeGreaterThan(0);
        var table = new StringBuilder("| command | state |\n| --- | --- |\n");
        foreach (var stock in Stock)
        {
            var command = Find(stock.Path);
            var state =
                command.IsElsewhere ? (command.HasRun ? "says what to use" : "group; see its commands")
                : command.HasRun ? "works"
                : "group";
            table.Append($"| `{stock.Path}` | {state} |\n");
        }
        if (Environment.GetEnvironmentVariable("UPDATE_DOCUMENTS") == "1")
        {
            await File.WriteAllTextAsync(path, document[..(begin + Begin.Length)] + table + document[end..]);
            return;
        }
        document[(begin + Begin.Length)..end].ShouldBe(table.ToString());
    }

    private PulumiCommand Find(string path) =>
        path.Split(' ').Aggregate(Root.Create(_machine.Machine()), (command, name) => command.Commands.Single(child => child.Name == name));

    private static (string Names, string Kind) Split(string flag)
    {
        var parts = flag.TrimEnd('!').Split('=', 2);
        return (parts[0], parts.Length == 1 ? "" : parts[1]);
    }

    private static string[] Words(string text, char separator) => text.Split(separator, StringSplitOptions.RemoveEmptyEntries);

    /// <param name="Flags">Each with its letter, name, type, default and a mark for hidden.</param>
    private sealed record StockCommand(string Path, string[] Aliases, bool IsHidden, string[] Flags);
}
