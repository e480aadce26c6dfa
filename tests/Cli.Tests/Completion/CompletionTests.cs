using System.Diagnostics;
using Cli.Tests.Support;

namespace Cli.Tests.Completion;

public sealed class CompletionTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("log", "login\nlogout\n")]
    [InlineData("about e", "env\n")]
    [InlineData("logout --a", "--all\n")]
    [InlineData("gen-completion z", "zsh\n")]
    [InlineData("nothing-like-this", "")]
    public async Task The_program_answers_what_could_follow(string line, string expected)
    {
        (await _machine.Run(["__complete", .. line.Split(' ')])).ShouldBe(new(0, expected, ""));
    }

    [Fact]
    public async Task The_script_for_bash_completes_in_bash()
    {
        var script = (await _machine.Run("gen-completion", "bash")).Out;
        var program = Path.Combine(AppContext.BaseDirectory, "pulumi");
        var start = new ProcessStartInfo(
            "bash",
            ["-c", script + $"COMP_WORDS=({program} log) COMP_CWORD=1; _pulumi; echo \"${{COMPREPLY[*]}}\""]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var bash = Process.Start(start)!;

        (await bash.StandardOutput.ReadToEndAsync()).ShouldBe("login logout\n");
    }
}
