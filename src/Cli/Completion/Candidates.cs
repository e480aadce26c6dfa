using System.CommandLine;
using Cli.Invocation;

namespace Cli.Completion;

internal static class Candidates
{
    public static IEnumerable<(string Name, string Meaning)> For(
        Machine machine,
        PulumiCommand root,
        IReadOnlyList<string> before,
        string word
    )
    {
        var (command, arguments, valueIsNext) = Walk(root, before);
        if (valueIsNext is not null)
        {
            return Matching(ValuesOf(valueIsNext), word);
        }
        return Matching(word.StartsWith('-') ? Flags(command) : Names(machine, command, arguments), word);
    }

    /// <returns>The command that the words lead to, how many arguments it has so far, and the flag whose value comes next.</returns>
    private static (PulumiCommand Command, int Arguments, Option? ValueIsNext) Walk(PulumiCommand root, IReadOnlyList<string> words)
    {
        var (command, arguments) = (root, 0);
        for (var i = 0; i < words.Count; i++)
        {
            var flags = FlagSet.Of(command);
            if (words[i].StartsWith('-'))
            {
                if (flags.Find(words[i]) is { } option && flags.TakesNextWord(words[i]) && ++i >= words.Count)
                {
                    return (command, arguments, option);
                }
                continue;
            }
            var child = command.Children.FirstOrDefault(child =>
                child.Name.Equals(words[i], StringComparison.Ordinal) || child.Aliases.Contains(words[i])
            );
            (command, arguments) = child is null ? (command, arguments + 1) : (child, 0);
        }
        return (command, arguments, null);
    }

    private static IEnumerable<(string, string)> Names(Machine machine, PulumiCommand command, int arguments)
    {
        var children = command.Children.Where(child => !child.Hidden).Select(child => (child.Name, child.Description ?? ""));
        return arguments > 0 ? [] : children.Concat(Arguments(machine, command));
    }

    // No message belongs into the middle of a line that somebody types.
    private static IEnumerable<(string, string)> Arguments(Machine machine, PulumiCommand command)
    {
        try
        {
            return [.. (command.Candidates?.Invoke(machine) ?? []).Select(candidate => (candidate, ""))];
        }
        catch (UserErrorException)
        {
            return [];
        }
    }

    private static IEnumerable<(string, string)> Flags(PulumiCommand command) =>
        FlagSet.Of(command).All.Where(option => !option.Hidden).Select(option => (option.Name, option.Description ?? ""));

    private static IEnumerable<(string, string)> ValuesOf(Option option) =>
        option.Name switch
        {
            "--color" => ColorChoice.Names.Select(name => (name, "")),
            "--output" => [("default", ""), ("json", "")],
            _ => [],
        };

    private static IEnumerable<(string Name, string Meaning)> Matching(IEnumerable<(string Name, string Meaning)> all, string word) =>
        all.Where(candidate => candidate.Name.StartsWith(word, StringComparison.Ordinal))
            .OrderBy(candidate => candidate.Name, StringComparer.Ordinal);
}
