namespace Cli.Tests;

public sealed class InvocationCases
{
    [Theory]
    [InlineData("lgoin", "unknown command \"lgoin\" for \"pulumi\"\n\nDid you mean this?\n\tlogin\n\nRun 'pulumi --help' for usage.")]
    [InlineData("--bogus", "unknown flag: --bogus")]
    [InlineData("login --bogus", "unknown flag: --bogus")]
    [InlineData(
        "whoami --output xml",
        "invalid argument \"xml\" for \"--output\" flag: output \"xml\" not supported, valid values are: default or json"
    )]
    [InlineData(
        "whoami --output json --json",
        "if any flags in the group [output json] are set none of the others can be; [json output] were all set"
    )]
    [InlineData("whoami --color pink", "unsupported color option: 'pink'.  Supported values are: auto, always, never, raw")]
    [InlineData("gen-completion tcsh", "unsupported shell \"tcsh\", valid values are: bash, zsh, fish, powershell")]
    public async Task Mistakes_are_told_as_users_know_them(string words, string message)
    {
        using var machine = new TestMachine();
        (await machine.Run(words.Split(' '))).ShouldBe(new Outcome(1, "", $"error: {message}\n"));
    }

    [Fact]
    public async Task Too_many_arguments_show_the_help_first()
    {
        using var machine = new TestMachine();
        var outcome = await machine.Run("login", "a", "b");
        outcome.Code.ShouldBe(1);
        outcome.Out.ShouldContain("Usage:\n  pulumi login [url] [flags]\n");
        outcome.Error.ShouldBe("error: accepts at most 1 arg(s), received 2\n");
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("--help", 0)]
    [InlineData("help", 0)]
    public async Task Help_lists_the_commands(string words, int code)
    {
        using var machine = new TestMachine();
        var outcome = await machine.Run(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        outcome.Code.ShouldBe(code);
        outcome.Out.ShouldContain("Pulumi Cloud Commands:\n  login ");
        outcome.Out.ShouldNotContain("__complete");
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    public async Task The_version_is_one_line(string word)
    {
        using var machine = new TestMachine();
        (await machine.Run(word)).ShouldBe(new Outcome(0, "v3.260.0+holdfast.0.1.0\n", ""));
    }

    [Theory]
    [InlineData("log", "login\tLog in to a Pulumi state backend\nlogout\tLog out of a Pulumi state backend\n")]
    [InlineData("logout --a", "--all\tDelete every stored login\n")]
    [InlineData("logout https://", "https://a.test\t\n")]
    [InlineData("whoami --output j", "json\t\n")]
    [InlineData("completion f", "fish\t\n")]
    public async Task Shells_get_their_answers_from_the_command_tree(string words, string answer)
    {
        using var machine = new TestMachine();
        machine.StoreAccounts("https://a.test");
        (await machine.Run(["__complete", .. words.Split(' ')])).ShouldBe(new Outcome(0, answer, ""));
    }

    [Theory]
    [InlineData("bash", "complete -F _pulumi pulumi\n")]
    [InlineData("zsh", "#compdef pulumi\n")]
    [InlineData("fish", "complete -c pulumi")]
    [InlineData("powershell", "Register-ArgumentCompleter")]
    public async Task Every_shell_has_a_script(string shell, string mark)
    {
        using var machine = new TestMachine();
        (await machine.Run("gen-completion", shell)).Out.ShouldContain(mark);
    }
}
