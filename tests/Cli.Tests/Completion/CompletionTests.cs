using Cli.Tests.Support;

namespace Cli.Tests.Completion;

/// <summary>What the scripts are answered. That they work in their shells is shown with the published program.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(
        "log",
        "login\tLog in to a Pulumi state backend\nlogout\tLog out of a Pulumi state backend\nlogs\tResource logs of a stack; group for the CLI's own log files\n"
    )]
    [InlineData("about e", "env\tList the environment variables this program reads\n")]
    [InlineData("logout --a", "--all\tLog out of everything\n")]
    [InlineData("gen-completion z", "zsh\t\n")]
    [InlineData("completion z", "zsh\t\n")]
    [InlineData("gen-completion zsh z", "")]
    [InlineData("nothing-like-this", "")]
    [InlineData("whoami --output j", "json\t\n")]
    [InlineData("whoami --output=j", "--output=json\t\n")]
    [InlineData("--color ne", "never\t\n")]
    [InlineData("--color never whoa", "whoami\tDisplay the current logged-in user\n")]
    [InlineData("login --default-org acme https://", "https://a.test\t\nhttps://b.test\t\n")]
    [InlineData("logout https://b", "https://b.test\t\n")]
    public async Task The_program_answers_what_could_follow(string line, string expected)
    {
        _machine.Store("https://a.test", "https://b.test");

        (await _machine.Run(["__complete", .. line.Split(' ')])).ShouldBe(new(0, expected, ""));
    }

    [Fact]
    public async Task Broken_credentials_put_no_message_into_the_line()
    {
        _machine.Write(_machine.CredentialsFile, "{oops");

        (await _machine.Run("__complete", "logout", "")).ShouldBe(new(0, "", ""));
    }
}
