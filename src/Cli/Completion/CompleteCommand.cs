using System.CommandLine;
using Cli.Invocation;

namespace Cli.Completion;

/// <summary>What the completion scripts ask: the words so far, the last of them unfinished; one candidate a line, with its meaning behind a tab.</summary>
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
        var unfinished = words.Count == 0 ? "" : words[^1];
        foreach (var (name, meaning) in Candidates.For(session.Machine, root, [.. words.SkipLast(1)], unfinished))
        {
            await session.Out.WriteLineAsync($"{name}\t{meaning}");
        }
        return 0;
    }
}
