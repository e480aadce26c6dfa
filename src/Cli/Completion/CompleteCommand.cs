using Cli.Invocation;

namespace Cli.Completion;

/// <summary>Answers the shells' scripts: the words so far, the last of them unfinished; one candidate a line, with its meaning after a tab.</summary>
internal static class CompleteCommand
{
    public static PulumiCommand Create(Machine machine, PulumiCommand root)
    {
        var words = new System.CommandLine.Argument<string[]>("words") { Arity = System.CommandLine.ArgumentArity.ZeroOrMore };
        var command = new PulumiCommand("__complete", "Answer a shell's completion script") { TakesAnything = true, Hidden = true };
        command.Add(words);
        return command.Runs(machine, (session, parse, _) => Run(session, root, parse.GetValue(words) ?? []));
    }

    internal static async Task<int> Run(Session session, PulumiCommand root, IReadOnlyList<string> words)
    {
        // PowerShell cannot pass an empty argument and sends two quotes.
        var last = words.Count == 0 || words[^1] is "\"\"" ? "" : words[^1];
        foreach (var (name, meaning) in Candidates.For(session.Machine, root, [.. words.SkipLast(1)], last))
        {
            await session.Out.WriteLineAsync($"{name}\t{meaning}");
        }
        return 0;
    }
}
