using System.CommandLine;
using Cli.Stack;

namespace Cli.State;

/// <summary>Options that the commands on states share.</summary>
internal static class StateOptions
{
    public static Option<string?> Stack() => StackOptions.Stack();

    public static Option<bool> Yes() => StackOptions.Yes();

    public static Option<bool> All(string description) => new("--all") { Description = description };

    public static Argument<string[]> Urns() => new("resource-urn") { Arity = ArgumentArity.ZeroOrMore };
}
