using System.CommandLine;
using Cli.Invocation;

namespace Cli.Elsewhere;

/// <summary>
/// The commands of the stock CLI that this program has no part in, declared so that help, completion and suggestions know them, and that whoever
/// runs one is told what to use. The two tables beside this file have a line for each command and each flag.
/// </summary>
internal static class ElsewhereCommands
{
    private static readonly string[] NeedEngine =
    [
        "up",
        "preview",
        "refresh",
        "destroy",
        "import",
        "watch",
        "new",
        "project new",
        "convert",
        "install",
        "plugin",
        "package",
        "schema",
        "do",
        "policy analyze",
        "policy install",
        "policy new",
        "policy publish",
        "neo",
    ];

    /// <summary>Adds what the tree does not have.</summary>
    public static void AddTo(PulumiCommand root, Machine machine)
    {
        foreach (var line in Lines("commands.tsv"))
        {
            var row = Row.Parse(line);
            var parent = row.Path.SkipLast(1).Aggregate(root, (PulumiCommand? at, string name) => at is null ? null : Child(at, name));
            if (parent is not null && Child(parent, row.Path[^1]) is null)
            {
                parent.Add(Command(machine, row));
            }
        }
    }

    private static PulumiCommand? Child(PulumiCommand command, string name) =>
        command.Commands.FirstOrDefault(child => child.Name.Equals(name, StringComparison.Ordinal));

    private static PulumiCommand Command(Machine machine, Row row)
    {
        var command = new PulumiCommand(row.Path[^1], row.Summary)
        {
            ArgumentNames = row.Arguments,
            MostArguments = int.MaxValue,
            Hidden = row.IsHidden,
            IsElsewhere = true,
            Group = row.Path.Length == 1 ? Headings.Of(row.Path[0]) : "Available Commands",
            LaterOptions = () => row.Flags.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Flag),
        };
        foreach (var alias in row.Aliases.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            command.Aliases.Add(alias);
        }
        if (row.IsGroup)
        {
            return command;
        }
        command.Add(new Argument<string[]>("arguments") { Arity = ArgumentArity.ZeroOrMore });
        return command.Runs(machine, (_, _, _) => throw Explanation(string.Join(' ', row.Path)));
    }

    private static UserErrorException Explanation(string path) =>
        new(
            Array.Exists(NeedEngine, command => path == command || path.StartsWith(command + " ", StringComparison.Ordinal))
                ? $"`pulumi {path}` needs the deployment engine and its plugins, which this program does not have. "
                    + "Run the stock Pulumi CLI beside it: both use the same login, the same stacks and the same files"
                : $"`pulumi {path}` is not part of this program. Run the stock Pulumi CLI beside it: both use the same login"
        );

    /// <param name="text">A letter, a name, a type, a default and a mark for hidden, of which only the name has to be there.</param>
    private static Option Flag(string text)
    {
        var hidden = text.EndsWith('!');
        var (names, type) = Cut(text.TrimEnd('!'), '=');
        var (kind, _) = Cut(type, ':');
        var start = names.IndexOf("--", StringComparison.Ordinal);
        var (name, aliases) = (names[start..], start > 0 ? [names[..start]] : Array.Empty<string>());
        Option option = kind switch
        {
            "" => new Option<bool>(name, aliases),
            "int" => new Option<int>(name, aliases),
            "list" => new Option<string[]>(name, aliases) { Arity = ArgumentArity.ZeroOrMore },
            _ => new Option<string?>(name, aliases),
        };
        option.Hidden = hidden;
        option.Description = Descriptions.Value.GetValueOrDefault(name);
        return option;
    }

    private static (string Before, string After) Cut(string text, char at)
    {
        var i = text.IndexOf(at, StringComparison.Ordinal);
        return i < 0 ? (text, "") : (text[..i], text[(i + 1)..]);
    }

    private static readonly Lazy<Dictionary<string, string>> Descriptions = new(() =>
        Lines("flags.tsv").Select(line => line.Split('\t')).ToDictionary(cells => cells[0], cells => cells[1], StringComparer.Ordinal)
    );

    private static IEnumerable<string> Lines(string table)
    {
        using var stream = typeof(ElsewhereCommands).Assembly.GetManifestResourceStream(table)!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private sealed record Row(string[] Path, string Aliases, string Arguments, bool IsGroup, bool IsHidden, string Summary, string Flags)
    {
        public static Row Parse(string line)
        {
            var cells = line.Split('\t');
            var traits = cells[3];
            var experimental = traits.Contains('x', StringComparison.Ordinal) ? "[EXPERIMENTAL] " : "";
            return new(
                cells[0].Split(' '),
                cells[1],
                cells[2],
                traits.Contains('g', StringComparison.Ordinal),
                traits.Contains('h', StringComparison.Ordinal),
                experimental + cells[4],
                cells[5]
            );
        }
    }
}
