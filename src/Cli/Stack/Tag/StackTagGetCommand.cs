using System.CommandLine;
using Cli.Invocation;

namespace Cli.Stack.Tag;

internal static class StackTagGetCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var name = new Argument<string>("name");
        var stack = StackOptions.Stack();
        var command = new PulumiCommand("get", "Get a single stack tag value")
        {
            ArgumentNames = "<name>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Add(name);
        command.Add(stack);
        return command.Runs(machine, (session, parse, ct) => Run(session, parse.GetValue(stack), parse.GetValue(name)!, ct));
    }

    internal static async Task<int> Run(Session session, string? stack, string name, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var details = await work.Require(stack, ct);
        await session.Out.WriteLineAsync(
            details.Tags.TryGetValue(name, out var value)
                ? value
                : throw new UserErrorException($"stack tag '{name}' not found for stack '{work.Backend.Show(details.Stack)}'")
        );
        return 0;
    }
}
