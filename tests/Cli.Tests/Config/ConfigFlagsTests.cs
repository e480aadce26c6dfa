using Cli.Tests.Support;

namespace Cli.Tests.Config;

/// <summary>Every command on configuration: its flags are the stock CLI's, no more and no less.</summary>
public sealed class ConfigFlagsTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    public static TheoryData<string, string> Commands { get; } =
        new()
        {
            { "config", "--config-file --json --open --show-secrets --stack" },
            { "config get", "--config-file --json --open --path --stack" },
            { "config set", "--config-file --path --plaintext --raw --secret --stack --type" },
            { "config set-all", "--config-file --json --path --plaintext --secret --stack" },
            { "config remove", "--config-file --path --stack" },
            { "config rm", "--config-file --path --stack" },
            { "config remove-all", "--config-file --path --stack" },
            { "config rm-all", "--config-file --path --stack" },
            { "config copy", "--config-file --dest --path --stack" },
            { "config cp", "--config-file --dest --path --stack" },
            { "config refresh", "--config-file --force --stack" },
            { "config env init", "--config-file --env --keep-config --show-secrets --stack --yes" },
            { "config env add", "--config-file --show-secrets --stack --yes" },
            { "config env remove", "--config-file --show-secrets --stack --yes" },
            { "config env list", "--config-file --output --stack" },
        };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task The_help_lists_the_flags(string command, string flags)
    {
        var help = await _machine.Run([.. command.Split(' '), "--help"]);

        help.Exit.ShouldBe(0);
        var section = help.Out.Split("\nFlags:\n")[1].Split("\n\n")[0];
        section
            .Split('\n')
            .Select(line => line.Trim().Split(' ').First(word => word.StartsWith("--", StringComparison.Ordinal)))
            .Where(name => name != "--help")
            .Order(StringComparer.Ordinal)
            .ShouldBe(flags.Split(' '));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task An_unknown_flag_is_an_error(string command, string flags)
    {
        (await _machine.Run([.. command.Split(' '), "--bogus"])).ShouldBe(new(1, "", "error: unknown flag: --bogus\n"));
        flags.ShouldNotContain("bogus");
    }

    [Theory]
    [InlineData("config get", "accepts 1 arg(s), received 0")]
    [InlineData("config set", "accepts between 1 and 2 arg(s), received 0")]
    [InlineData("config get a b", "accepts 1 arg(s), received 2")]
    [InlineData("config remove", "accepts 1 arg(s), received 0")]
    [InlineData("config remove-all", "requires at least 1 arg(s), only received 0")]
    [InlineData("config env add", "requires at least 1 arg(s), only received 0")]
    [InlineData("config copy a b", "accepts at most 1 arg(s), received 2")]
    public async Task The_number_of_arguments_counts(string line, string error)
    {
        var result = await _machine.Run(line.Split(' '));

        (result.Exit, result.Error).ShouldBe((1, $"error: {error}\n"));
    }

    [Fact]
    public async Task The_group_of_environments_by_itself_shows_its_help()
    {
        var result = await _machine.Run("config", "env");

        (result.Exit, result.Error).ShouldBe((1, ""));
        result.Out.ShouldStartWith("Manage the ESC environments that a stack takes configuration from.\n");
    }
}
