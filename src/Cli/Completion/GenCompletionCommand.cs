using System.CommandLine;
using Cli.Invocation;

namespace Cli.Completion;

internal static class GenCompletionCommand
{
    private static readonly string[] Shells = ["bash", "fish", "powershell", "zsh"];

    public static PulumiCommand Create(Machine machine, PulumiCommand root)
    {
        _ = root;
        var shell = new Argument<string>("shell");
        var command = new PulumiCommand("gen-completion", "Generate completion scripts for the Pulumi CLI")
        {
            Explanation =
                "Generate completion scripts for bash, zsh, fish or PowerShell.\n\nFor bash, for instance: source <(pulumi gen-completion bash)",
            ArgumentNames = "<shell>",
            FewestArguments = 1,
            MostArguments = 1,
            Group = "Other Commands",
            Candidates = _ => Shells,
        };
        command.Aliases.Add("completion");
        command.Add(shell);
        return command.Runs(machine, (session, parse, _) => Run(session, parse.GetValue(shell) ?? ""));
    }

    internal static async Task<int> Run(Session session, string shell)
    {
        await session.Out.WriteAsync(
            shell switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                "powershell" or "pwsh" => PowerShell,
                _ => throw new UserErrorException($"\"{shell}\" is not a supported shell; the shells are: {string.Join(", ", Shells)}"),
            }
        );
        return 0;
    }

    private const string Bash = """
        _pulumi() {
          local IFS=$'\n'
          COMPREPLY=($("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
        }
        complete -o default -F _pulumi pulumi

        """;

    private const string Zsh = """
        #compdef pulumi
        _pulumi() {
          local -a found
          found=("${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
          compadd -a found
        }
        compdef _pulumi pulumi

        """;

    private const string Fish = """
        function __pulumi_complete
          set -l words (commandline -opc) (commandline -ct)
          $words[1] __complete $words[2..-1] 2>/dev/null
        end
        complete -c pulumi -f -a '(__pulumi_complete)'

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName pulumi -ScriptBlock {
          param($word, $line, $position)
          $words = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
          if ($word -eq '') { $words += '' }
          pulumi __complete @words 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        }

        """;
}
