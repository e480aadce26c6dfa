using Support;

namespace EndToEnd;

/// <summary>The completion scripts in their own shells, as a person uses them: the script is sourced, a word is begun, and TAB is pressed.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("holdfast-home-");

    public CompletionTests() =>
        File.WriteAllText(
            Path.Combine(_home.FullName, "credentials.json"),
            """{"current":"https://cloud.test","accessTokens":{"https://cloud.test":"t"}}"""
        );

    // Ctrl-A goes to the beginning of the line. What shells draw while one types is full of control characters.
    private const string EchoTheLine = "\u0001echo = \n";

    public void Dispose() => _home.Delete(recursive: true);

    [Theory]
    [InlineData("pulumi logi\t", "pulumi login")]
    [InlineData("pulumi gen-completion pow\t", "pulumi gen-completion powershell")]
    [InlineData("pulumi whoami --outp\tj\t", "pulumi whoami --output json")]
    [InlineData("pulumi whoami --output=j\t", "pulumi whoami --output=json")]
    [InlineData("pulumi logout https://cl\t", "pulumi logout https://cloud.test")]
    public void In_bash(string typed, string expected)
    {
        using var shell = Bash();

        shell.Type(typed + EchoTheLine);

        shell.Expect($"= {expected}\r\n");
    }

    [Theory]
    [InlineData("pulumi logi\t", "pulumi login")]
    [InlineData("pulumi gen-completion pow\t", "pulumi gen-completion powershell")]
    [InlineData("pulumi whoami --outp\tj\t", "pulumi whoami --output json")]
    [InlineData("pulumi whoami --output=j\t", "pulumi whoami --output=json")]
    [InlineData("pulumi logout https://cl\t", "pulumi logout https://cloud.test")]
    public void In_zsh(string typed, string expected)
    {
        using var shell = Zsh();

        shell.Type(typed + EchoTheLine);

        shell.Expect($"= {expected}\r\n");
    }

    [Fact]
    public void Zsh_shows_what_the_candidates_mean()
    {
        using var shell = Zsh();

        shell.Type("pulumi log\t");

        shell.Expect("-- Log out of a Pulumi state backend");
    }

    [Theory]
    [InlineData("pulumi logo", "logout\tLog out of a Pulumi state backend\n")]
    [InlineData("pulumi gen-completion pow", "powershell\n")]
    [InlineData("pulumi whoami --output j", "json\n")]
    [InlineData("pulumi logout https://cl", "https://cloud.test\n")]
    public async Task In_fish(string typed, string expected)
    {
        var variables = new Dictionary<string, string>(Variables) { ["HOME"] = _home.FullName };

        var (exit, output, error) = await Published.Run(
            "/usr/bin/fish",
            variables,
            "",
            "-c",
            $"pulumi gen-completion fish | source; complete -C '{typed}'"
        );

        (exit, error).ShouldBe((0, ""));
        output.ShouldBe(expected);
    }

    [Theory]
    [InlineData("pulumi logo", "logout|Log out of a Pulumi state backend\n")]
    [InlineData("pulumi gen-completion pow", "powershell|powershell\n")]
    [InlineData("pulumi whoami --output j", "json|json\n")]
    [InlineData("pulumi whoami --output=j", "--output=json|--output=json\n")]
    [InlineData("pulumi whoami --output ", "default|default\njson|json\n")]
    [InlineData("pulumi logout https://cl", "https://cloud.test|https://cloud.test\n")]
    public async Task In_PowerShell(string typed, string expected)
    {
        var variables = new Dictionary<string, string>(Variables) { ["DOTNET_NOLOGO"] = "1", ["POWERSHELL_TELEMETRY_OPTOUT"] = "1" };
        if (Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { } packages)
        {
            variables["NUGET_PACKAGES"] = packages;
        }

        var (exit, output, error) = await Published.Run(
            "/usr/bin/env",
            variables,
            "",
            [
                $"--chdir={Repository.Root}",
                .. "dotnet tool run pwsh -- -NoProfile -NonInteractive -Command".Split(' '),
                $$"""
                pulumi gen-completion powershell | Out-String | Invoke-Expression
                $found = [System.Management.Automation.CommandCompletion]::CompleteInput('{{typed}}', {{typed.Length}}, $null)
                $found.CompletionMatches | ForEach-Object { $_.CompletionText + '|' + $_.ToolTip }
                """,
            ]
        );

        (exit, error).ShouldBe((0, ""));
        output.ShouldBe(expected);
    }

    private Dictionary<string, string> Variables =>
        new()
        {
            ["PULUMI_HOME"] = _home.FullName,
            ["PATH"] = Path.GetDirectoryName(Published.Pulumi) + ":" + Environment.GetEnvironmentVariable("PATH"),
            ["TERM"] = "xterm-256color",
        };

    private PtyProcess Bash() => Shell("/bin/bash", ["--norc", "--noprofile", "-i"], "source <(pulumi gen-completion bash)");

    private PtyProcess Zsh() =>
        Shell("/usr/bin/zsh", ["-f", "-i"], "autoload -Uz compinit; compinit -u -D; source <(pulumi gen-completion zsh)");

    private PtyProcess Shell(string file, string[] arguments, string setUp)
    {
        var environment = new Dictionary<string, string>(Published.Base);
        foreach (var (name, value) in Variables)
        {
            environment[name] = value;
        }
        environment["PS1"] = "ready> ";
        var shell = PtyProcess.Start(file, arguments, environment);
        shell.Expect("ready> ");
        shell.Type($"{setUp}; echo set-$((1 + 1))-up\n");
        shell.Expect("set-2-up");
        return shell;
    }
}
