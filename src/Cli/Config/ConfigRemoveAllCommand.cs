using System.CommandLine;
using Cli.Invocation;

namespace Cli.Config;

internal static class ConfigRemoveAllCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var flags = new ConfigFlags();
        var keys = new Argument<string[]>("key") { Arity = ArgumentArity.OneOrMore };
        var path = ConfigFlags.Path("Parse the keys as paths in a map or list rather than raw strings");
        var command = new PulumiCommand("remove-all", "Remove multiple configuration values")
        {
            Explanation = "Remove several configuration values at once: `pulumi config remove-all key1 key2`.",
            ArgumentNames = "<key>...",
            FewestArguments = 1,
            MostArguments = int.MaxValue,
        };
        command.Aliases.Add("rm-all");
        command.Aliases.Add("delete-all");
        command.Add(keys);
        flags.AddTo(command);
        command.Add(path);
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await flags.Open(session, parse, ct);
                return ConfigRemoveCommand.Run(work, parse.GetValue(keys) ?? [], parse.GetValue(path));
            }
        );
    }
}
