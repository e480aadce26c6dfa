using System.CommandLine;
using Cli.Invocation;

namespace Cli.Stack.Tag;

internal static class StackTagRemoveCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var name = new Argument<string>("name");
        var stack = StackOptions.Stack();
        var command = new PulumiCommand("remove", "Remove a stack tag")
        {
            ArgumentNames = "<name>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Aliases.Add("rm");
        command.Aliases.Add("delete");
        command.Add(name);
        command.Add(stack);
        return command.Runs(machine, (session, parse, ct) => Run(session, parse.GetValue(stack), parse.GetValue(name)!, ct));
    }

    internal static async Task<int> Run(Session session, string? stack, string name, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var details = await work.Require(stack, ct);
        var tags = details.Tags.Where(tag => tag.Key != name).ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
        await work.Backend.SetTags(details.Stack, tags, ct);
        return 0;
    }
}
