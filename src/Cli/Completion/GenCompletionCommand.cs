using System.CommandLine;
using Cli.Invocation;

namespace Cli.Completion;

internal static class GenCompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish", "powershell"];

    public static PulumiCommand Create(Machine machine, PulumiCommand root)
    {
        var shell = new Argument<string>("shell") { Arity = ArgumentArity.ExactlyOne };
        var command = new PulumiCommand("gen-completion", $"Generate completion scripts for the {root.Name} command")
        {
            Explanation =
                "Print a script that makes a shell complete this program's commands and flags.\n\n"
                + "    $ source <(pulumi gen-completion bash)\n"
                + "    $ pulumi gen-completion zsh > \"${fpath[1]}/_pulumi\"\n"
                + "    $ pulumi gen-completion fish | source\n"
                + "    > pulumi gen-completion powershell | Out-String | Invoke-Expression",
            ArgumentNames = "<bash|zsh|fish|powershell>",
            FewestArguments = 1,
            MostArguments = 1,
            Group = "Other Commands",
            Candidates = _ => Shells,
        };
        command.Aliases.Add("completion");
        command.Add(shell);
        return command.Runs(machine, (session, parse, _) => Run(session, parse.GetValue(shell)!));
    }

    internal static async Task<int> Run(Session session, string shell)
    {
        var script = shell switch
        {
            "bash" => CompletionScripts.Bash,
            "zsh" => CompletionScripts.Zsh,
            "fish" => CompletionScripts.Fish,
            "powershell" => CompletionScripts.PowerShell,
            _ => throw new UserErrorException($"unsupported shell \"{shell}\", valid values are: {string.Join(", ", Shells)}"),
        };
        await session.Out.WriteAsync(script + "\n");
        return 0;
    }
}
