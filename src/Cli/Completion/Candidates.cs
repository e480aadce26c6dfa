using System.CommandLine;
using Cli.Invocation;

namespace Cli.Completion;

/// <summary>What may stand next on a command line, and what it means.</summary>
internal static class Candidates
{
    /// <param name="before">The whole words.</param>
    /// <param name="word">The unfinished one.</param>
    public static IEnumerable<(string Name, string Meaning)> For(
        Machine machine,
        PulumiCommand root,
        IReadOnlyList<string> before,
        string word
    )
    {
        var (command, arguments, awaiting) = Walk(root, before);
        var all =
            awaiting is not null ? Values(awaiting)
            : word.StartsWith("--", StringComparison.Ordinal) && word.Contains('=') ? JoinedValues(command, word)
            : word.StartsWith('-') ? Flags(command)
            : Names(machine, command, arguments);
        return all.Where(candidate => candidate.Name.StartsWith(word, StringComparison.Ordinal))
            .OrderBy(candidate => candidate.Name, StringComparer.Ordinal);
    }

    /// <returns>The command that the words lead to, how many arguments it has so far, and the flag whose value comes next.</returns>
    private static (PulumiCommand Command, int Arguments, Option? Awaiting) Walk(PulumiCommand root, IReadOnlyList<string> words)
    {
        var (command, arguments) = (root, 0);
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word.StartsWith('-'))
            {
                var flags = FlagSet.Of(command);
                if (flags.Find(word) is { } option && flags.TakesNextWord(word) && ++i >= words.Count)
                {
                    return (command, arguments, option);
                }
                continue;
            }
            var child = arguments == 0 ? command.Child(word) : null;
            (command, arguments) = child is null ? (command, arguments + 1) : (child, 0);
        }
        return (command, arguments, null);
    }

    private static IEnumerable<(string Name, string Meaning)> Names(Machine machine, PulumiCommand command, int arguments)
    {
        var children = command.Commands.Where(child => !child.Hidden).Select(child => (child.Name, child.Description ?? ""));
        return arguments > 0 ? [] : children.Concat(Arguments(machine, command));
    }

    // No message belongs into the middle of a line that somebody types.
    private static IEnumerable<(string Name, string Meaning)> Arguments(Machine machine, PulumiCommand command)
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

    private static IEnumerable<(string Name, string Meaning)> Flags(PulumiCommand command) =>
        FlagSet.Of(command).All.Where(option => !option.Hidden).Select(option => (option.Name, option.Description ?? ""));

    private static IEnumerable<(string Name, string Meaning)> JoinedValues(PulumiCommand command, string word)
    {
        var name = word[..word.IndexOf('=')];
        return FlagSet.Of(command).Find(name) is { } option ? Values(option).Select(value => ($"{name}={value.Name}", value.Meaning)) : [];
    }

    private static IEnumerable<(string Name, string Meaning)> Values(Option option) =>
        FlagValue.Candidates(option).Select(value => (value, ""));
}
