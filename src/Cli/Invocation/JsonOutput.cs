using System.CommandLine;

namespace Cli.Invocation;

/// <summary>The two ways to ask for JSON: <c>--output json</c>, and the older <c>--json</c>.</summary>
internal sealed record JsonOutput(Option<string> Output, Option<bool> Json)
{
    public static JsonOutput Options() => new(NewOption(), new("--json", "-j") { Description = "Emit output as JSON", Hidden = true });

    /// <summary>For commands that never had the older one.</summary>
    public static Option<string> NewOption() =>
        new("--output")
        {
            Description = "The format of the output: default or json",
            DefaultValueFactory = _ => "default",
            CompletionSources = { "default", "json" },
        };

    public void AddTo(Command command)
    {
        command.Add(Output);
        command.Add(Json);
    }

    public bool Wanted(ParseResult parse)
    {
        var both = parse.GetResult(Output) is { Implicit: false } && parse.GetResult(Json) is { Implicit: false };
        return both
            ? throw new UserErrorException(
                "if any flags in the group [output json] are set none of the others can be; [json output] were all set"
            )
            : parse.GetValue(Json) || parse.GetValue(Output) == "json";
    }
}
