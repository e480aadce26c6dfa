using System.CommandLine;

namespace Cli.Stack;

/// <summary>Options and rules that many commands on stacks share.</summary>
internal static class StackOptions
{
    public const string Group = "Stack Management Commands";

    public static Option<string?> Stack(string description = "The name of the stack to operate on. Defaults to the current stack") =>
        new("--stack", "-s") { Description = description };

    public static Option<bool> Yes(string description = "Skip confirmation prompts") => new("--yes", "-y") { Description = description };

    public static Option<bool> ShowSecrets(string description) => new("--show-secrets") { Description = description };

    /// <summary>A name may be given as an argument or with <c>--stack</c>.</summary>
    public static string? OneOf(string? argument, string? option) =>
        !string.IsNullOrEmpty(argument) && !string.IsNullOrEmpty(option)
            ? throw new UserErrorException("only one of --stack or argument stack name may be specified, not both")
        : string.IsNullOrEmpty(argument) ? option
        : argument;
}
