using System.CommandLine;
using Cli.Invocation;

namespace Cli;

internal static class HelpCommand
{
    public static PulumiCommand Create(Machine machine, PulumiCommand root)
    {
        var path = new Argument<string[]>("command") { Arity = ArgumentArity.ZeroOrMore };
        var command = new PulumiCommand("help", "Show help for any command")
        {
            Group = "Other Commands",
            ArgumentNames = "[command]",
            MostArguments = int.MaxValue,
        };
        command.Add(path);
        return command.Runs(machine, (session, parse, _) => Run(session, root, parse.GetValue(path) ?? []));
    }

    internal static async Task<int> Run(Session session, PulumiCommand root, IReadOnlyList<string> path)
    {
        var command = root;
        foreach (var name in path)
        {
            command = command.Child(name) ?? throw Suggestions.UnknownCommand(root, command, name);
        }
        await session.Out.WriteAsync(HelpText.Of(command));
        return 0;
    }
}
