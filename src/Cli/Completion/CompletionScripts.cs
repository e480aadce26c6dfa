namespace Cli.Completion;

/// <summary>All they do is ask <c>pulumi __complete</c>, so they need not be generated again for a new version.</summary>
internal static class CompletionScripts
{
    // A colon splits words in bash; what stands before the last one must not be repeated in the answers.
    public const string Bash = """
        # bash completion for pulumi
        _pulumi() {
            local line=${COMP_LINE:0:COMP_POINT} words word prefix
            read -ra words <<<"$line"
            [[ $line == *[[:space:]] ]] && words+=("")
            word=${words[${#words[@]}-1]}
            COMPREPLY=()
            while IFS=$'\t' read -r candidate _; do
                COMPREPLY+=("$candidate")
            done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
            if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
                prefix=${word%"${word##*:}"}
                COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
            fi
        }
        complete -F _pulumi pulumi
        """;

    public const string Zsh = """
        #compdef pulumi
        # zsh completion for pulumi
        _pulumi() {
            local -a candidates
            local line
            while IFS= read -r line; do
                candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
            done < <("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
            _describe 'pulumi' candidates || _files
        }
        if [ "$funcstack[1]" = "_pulumi" ]; then
            _pulumi
        else
            compdef _pulumi pulumi
        fi
        """;

    public const string Fish = """
        # fish completion for pulumi
        function __pulumi_complete
            set -l words (commandline -opc) (commandline -ct)
            $words[1] __complete $words[2..-1] 2>/dev/null
        end
        complete -c pulumi -f -a '(__pulumi_complete)'
        """;

    public const string PowerShell = """
        # PowerShell completion for pulumi
        Register-ArgumentCompleter -Native -CommandName pulumi -ScriptBlock {
            param($word, $tree, $position)
            $words = @($tree.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
            if ($word -eq '') { $words += '""' }
            pulumi __complete @words 2>$null | ForEach-Object {
                $name, $meaning = $_ -split "`t", 2
                if (-not $meaning) { $meaning = $name }
                [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $meaning)
            }
        }
        """;
}
