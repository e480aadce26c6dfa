using System.CommandLine;
using Cli.Invocation;

namespace Cli.Completion;

internal static class GenCompletionCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var shell = new Argument<string>("shell");
        var command = new PulumiCommand("gen-completion", "Generate completion scripts for the Pulumi CLI")
        {
            Explanation = """
                Generate completion scripts for bash, zsh, fish or PowerShell.

                For the running shell, or in the file that it reads at start:

                    bash         source <(pulumi gen-completion bash)
                    zsh          source <(pulumi gen-completion zsh)      (after compinit)
                    fish         pulumi gen-completion fish | source
                    PowerShell   pulumi gen-completion powershell | Out-String | Invoke-Expression
                """,
            ArgumentNames = "<shell>",
            FewestArguments = 1,
            MostArguments = 1,
            Group = "Other Commands",
            Candidates = _ => CompletionScripts.Shells,
        };
        command.Aliases.Add("completion");
        command.Add(shell);
        return command.Runs(machine, (session, parse, _) => Run(session, parse.GetValue(shell) ?? ""));
    }

    internal static async Task<int> Run(Session session, string shell)
    {
        await session.Out.WriteAsync(
            CompletionScripts.For(shell)
                ?? throw new UserErrorException(
                    $"\"{shell}\" is not a supported shell; the shells are: {string.Join(", ", CompletionScripts.Shells)}"
                )
        );
        return 0;
    }
}
