using System.CommandLine;
using Cli.Invocation;

namespace Cli.Config;

/// <summary>Which stack's configuration, and in which file: flags of every command on configuration.</summary>
internal sealed class ConfigFlags
{
    private readonly Option<string?> stack = new("--stack", "-s")
    {
        Description = "The name of the stack to operate on. Defaults to the current stack",
    };

    private readonly Option<string?> file = new("--config-file")
    {
        Description = "Use the configuration in this file instead of the stack's own",
    };

    public static Option<bool> Path(string description) => new("--path") { Description = description };

    public void AddTo(PulumiCommand command)
    {
        command.Add(stack);
        command.Add(file);
    }

    public Task<ConfigWork> Open(Session session, ParseResult parse, CancellationToken ct) =>
        ConfigWork.Open(session, parse.GetValue(stack), parse.GetValue(file), ct);

    /// <summary>Of these flags at most one may be given.</summary>
    public static void RequireOne(ParseResult parse, params Option[] options)
    {
        var given = options
            .Where(option => parse.GetResult(option) is { Implicit: false })
            .Select(Name)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (given.Count > 1)
        {
            throw new UserErrorException(
                $"if any flags in the group [{string.Join(' ', options.Select(Name))}] are set none of the others can be; "
                    + $"[{string.Join(' ', given)}] were all set"
            );
        }

        static string Name(Option option) => option.Name.TrimStart('-');
    }
}
