namespace Cli.Completion;

/// <summary>All they do is ask <c>pulumi __complete</c>, so they need not be generated again for a new version.</summary>
internal static class CompletionScripts
{
    public static readonly string[] Shells = ["bash", "fish", "powershell", "zsh"];

    public static string? For(string shell) =>
        shell switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            "powershell" or "pwsh" => PowerShell,
            _ => null,
        };

    // Colons and equals signs split words in bash: what stands before the last one must not be repeated in the answers.
    private const string Bash = """
        # bash completion for pulumi
        _pulumi() {
          local line=${COMP_LINE:0:COMP_POINT} breaks=${COMP_WORDBREAKS//[^:=]/} words word candidate
          read -ra words <<<"$line"
          [[ $line == *[[:space:]] ]] && words+=("")
          word=${words[${#words[@]}-1]}
          COMPREPLY=()
          while IFS=$'\t' read -r candidate _; do
            COMPREPLY+=("$candidate")
          done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
          if [[ -n $breaks && $word == *[$breaks]* ]]; then
            word=${word%"${word##*[$breaks]}"}
            COMPREPLY=("${COMPREPLY[@]#"$word"}")
          fi
        }
        complete -o default -F _pulumi pulumi

        """;

    private const string Zsh = """
        #compdef pulumi
        # zsh completion for pulumi
        _pulumi() {
          local -a candidates
          local line
          while IFS= read -r line; do
            candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
          done < <("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
          (( $#candidates )) && _describe pulumi candidates || _files
        }
        if [ "$funcstack[1]" = "_pulumi" ]; then
          _pulumi
        else
          compdef _pulumi pulumi
        fi

        """;

    private const string Fish = """
        # fish completion for pulumi
        function __pulumi_complete
          set -l words (commandline -opc) (commandline -ct)
          $words[1] __complete $words[2..-1] 2>/dev/null
        end
        complete -c pulumi -f -a '(__pulumi_complete)'

        """;

    private const string PowerShell = """
        # PowerShell completion for pulumi
        Register-ArgumentCompleter -Native -CommandName pulumi -ScriptBlock {
          param($word, $line, $position)
          $words = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
          if ($word -eq '') { $words += '' }
          pulumi __complete @words 2>$null | ForEach-Object {
            $name, $meaning = $_ -split "`t", 2
            if (-not $meaning) { $meaning = $name }
            [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $meaning)
          }
        }

        """;
}
