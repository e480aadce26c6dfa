using System.CommandLine;
using Cli.Invocation;

namespace Cli.Completion;

/// <summary>What the completion scripts ask: the words so far, the last of them unfinished; one candidate a line.</summary>
internal static class CompleteCommand
{
    public static PulumiCommand Create(Machine machine, PulumiCommand root)
    {
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.ZeroOrMore };
        var command = new PulumiCommand("__complete", "Answer the completion scripts") { Hidden = true, TakesAnything = true };
        command.Add(words);
        return command.Runs(machine, (session, parse, _) => Run(session, root, parse.GetValue(words) ?? []));
    }

    internal static async Task<int> Run(Session session, PulumiCommand root, IReadOnlyList<string> words)
    {
        foreach (var candidate in Candidates(session.Machine, root, words))
        {
            await session.Out.WriteLineAsync(candidate);
        }
        return 0;
    }

    internal static IEnumerable<string> Candidates(Machine machine, PulumiCommand root, IReadOnlyList<string> words)
    {
        var command = root;
        foreach (var word in words.SkipLast(1))
        {
            command = command.Commands.FirstOrDefault(child => child.Name == word || child.Aliases.Contains(word)) ?? command;
        }
        var unfinished = words.Count == 0 ? "" : words[^1];
        var all = unfinished.StartsWith('-')
            ? FlagSet.Of(command).All.Where(option => !option.Hidden).Select(option => option.Name)
            : command.Commands.Where(child => !child.Hidden).Select(child => child.Name).Concat(command.Candidates?.Invoke(machine) ?? []);
        return all.Where(name => name.StartsWith(unfinished, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }
}
