using System.CommandLine;

namespace Cli.Invocation;

/// <summary><c>--output default|json</c>, and the <c>-j</c> of before.</summary>
internal static class OutputFlags
{
    public static Option<string?> Output() => new("--output") { Description = "Form of the output: default or json" };

    public static Option<bool> Json() => new("--json", "-j") { Description = "Print JSON", Hidden = true };

    public static bool WantsJson(ParseResult parse, Option<string?> output, Option<bool> json)
    {
        var (chosen, isJson) = (parse.GetValue(output), parse.GetResult(json) is { Implicit: false });
        if (chosen is not null && isJson)
        {
            throw new UserErrorException(
                "if any flags in the group [output json] are set none of the others can be; [json output] were all set"
            );
        }
        return parse.GetValue(json) || chosen is "json";
    }
}
