using System.CommandLine;
using Cli.Invocation;

namespace Cli.Env;

/// <summary>The words of a command on one environment: its name, unless <c>--env</c> gives it, and what follows.</summary>
internal sealed class EnvironmentParts
{
    private const string DraftName = "--draft";

    private readonly Argument<string[]> words = new("arguments") { Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> env = Env();

    public void AddTo(PulumiCommand command)
    {
        command.Add(words);
        command.Add(env);
    }

    /// <param name="fewest">Of the words after the name.</param>
    /// <param name="most">Of the words after the name.</param>
    public (string Environment, string[] Words) Read(ParseResult parse, int fewest = 0, int most = 0)
    {
        var given = parse.GetValue(words) ?? [];
        var named = parse.GetValue(env);
        if (string.IsNullOrEmpty(named) && given.Length == 0)
        {
            throw new UserErrorException("no environment specified; name one as the first argument or with --env");
        }
        var rest = string.IsNullOrEmpty(named) ? given[1..] : given;
        return rest.Length >= fewest && rest.Length <= most
            ? (string.IsNullOrEmpty(named) ? given[0] : named, rest)
            : throw new UserErrorException(
                rest.Length < fewest ? $"{fewest - rest.Length} argument(s) missing; see --help" : $"unexpected argument \"{rest[most]}\""
            );
    }

    public static Option<string?> Env() => new("--env") { Description = "The name of the environment to operate on" };

    /// <summary>Of commands that could change an environment by asking somebody else to.</summary>
    public static Option<bool> Draft() => new(DraftName) { Description = "Make a change request (not supported)" };

    /// <summary>A command whose words these are.</summary>
    public static PulumiCommand Command(
        Machine machine,
        string name,
        string summary,
        string arguments,
        (int Fewest, int Most) rest,
        Func<EnvironmentWork, EnvironmentName, string[], ParseResult, CancellationToken, Task<int>> run,
        params Option[] options
    )
    {
        var parts = new EnvironmentParts();
        var command = new PulumiCommand(name, summary) { ArgumentNames = arguments, MostArguments = int.MaxValue };
        parts.AddTo(command);
        foreach (var option in options)
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                if (options.FirstOrDefault(o => o.Name == DraftName) is { } draft && parse.GetResult(draft) is { Implicit: false })
                {
                    throw new UserErrorException(
                        "--draft is not supported: this program makes no change requests; leave it out to change the environment at once"
                    );
                }
                var (text, words) = parts.Read(parse, rest.Fewest, rest.Most);
                await using var work = await EnvironmentWork.Open(session, ct);
                return await run(work, await work.Existing(text, ct), words, parse, ct);
            }
        );
    }
}
