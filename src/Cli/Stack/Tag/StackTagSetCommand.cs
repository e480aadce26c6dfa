using System.CommandLine;
using Cli.Invocation;

namespace Cli.Stack.Tag;

internal static class StackTagSetCommand
{
    private const int LongestName = 40;
    private const int LongestValue = 256;

    public static PulumiCommand Create(Machine machine)
    {
        var name = new Argument<string>("name");
        var value = new Argument<string>("value");
        var stack = StackOptions.Stack();
        var command = new PulumiCommand("set", "Set a stack tag")
        {
            ArgumentNames = "<name> <value>",
            FewestArguments = 2,
            MostArguments = 2,
        };
        command.Add(name);
        command.Add(value);
        command.Add(stack);
        return command.Runs(
            machine,
            (session, parse, ct) => Run(session, parse.GetValue(stack), parse.GetValue(name)!, parse.GetValue(value)!, ct)
        );
    }

    internal static async Task<int> Run(Session session, string? stack, string name, string value, CancellationToken ct)
    {
        Check(name, value);
        await using var work = await Workplace.Open(session, ct);
        var details = await work.Require(stack, ct);
        var tags = new SortedDictionary<string, string>(details.Tags.ToDictionary(), StringComparer.Ordinal) { [name] = value };
        await work.Backend.SetTags(details.Stack, tags, ct);
        return 0;
    }

    private static void Check(string name, string value)
    {
        var problem =
            name.Length == 0 ? "invalid stack tag \"\": a tag needs a name"
            : name.Length > LongestName ? $"stack tag \"{name}\" is too long (max length {LongestName} characters)"
            : !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')
                ? $"stack tag names may only contain alphanumerics, hyphens, underscores, periods, or colons: \"{name}\""
            : value.Length > LongestValue ? $"stack tag \"{name}\" value is too long (max length {LongestValue} characters)"
            : null;
        if (problem is not null)
        {
            throw new UserErrorException(problem);
        }
    }
}
