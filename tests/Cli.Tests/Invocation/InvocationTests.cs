using Cli.Tests.Support;

namespace Cli.Tests.Invocation;

/// <summary>How command lines are read, and what is said of those that cannot be.</summary>
public sealed class InvocationTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("lgoin", "unknown command \"lgoin\" for \"pulumi\"\n\nDid you mean this?\n\tlogin\n\nRun 'pulumi --help' for usage.")]
    [InlineData("--bogus", "unknown flag: --bogus")]
    [InlineData("login --bogus", "unknown flag: --bogus")]
    [InlineData("login -x", "unknown shorthand flag: 'x' in -x")]
    [InlineData("login --cloud-url", "flag needs an argument: --cloud-url")]
    [InlineData(
        "whoami --output xml",
        "invalid argument \"xml\" for \"--output\" flag: output \"xml\" not supported, valid values are: default or json"
    )]
    [InlineData(
        "whoami --output json --json",
        "if any flags in the group [output json] are set none of the others can be; [json output] were all set"
    )]
    [InlineData("version --color pink", "unsupported color option: 'pink'.  Supported values are: auto, always, never, raw")]
    [InlineData("gen-completion tcsh", "\"tcsh\" is not a supported shell; the shells are: bash, fish, powershell, zsh")]
    [InlineData("version -C /no/such/folder", "chdir /no/such/folder: no such file or directory")]
    public async Task A_mistake_is_told_as_people_know_it(string line, string message)
    {
        (await _machine.Run(line.Split(' '))).ShouldBe(new(1, "", $"error: {message}\n"));
    }

    [Theory]
    [InlineData("login a b", "Usage:\n  pulumi login [url] [flags]\n", "accepts at most 1 arg(s), received 2")]
    [InlineData("gen-completion", "Usage:\n  pulumi gen-completion <shell> [flags]\n", "accepts 1 arg(s), received 0")]
    public async Task A_wrong_number_of_arguments_shows_the_help_first(string line, string usage, string message)
    {
        var result = await _machine.Run(line.Split(' '));

        result.Exit.ShouldBe(1);
        result.Out.ShouldContain(usage);
        result.Error.ShouldBe($"error: {message}\n");
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("--help", 0)]
    [InlineData("-h", 0)]
    [InlineData("help", 0)]
    public async Task Help_lists_the_commands(string line, int exit)
    {
        var result = await _machine.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        result.Exit.ShouldBe(exit);
        result.Error.ShouldBe("");
        result.Out.ShouldContain("Pulumi Cloud Commands:\n  login ");
        result.Out.ShouldContain("  -h, --help ");
        result.Out.ShouldNotContain("__complete");
    }

    [Fact]
    public async Task Every_command_has_a_help_with_all_its_flags()
    {
        var commands = Tree(Root.Create(_machine.Machine())).ToList();
        commands.Count.ShouldBeGreaterThan(8);
        foreach (var command in commands)
        {
            var result = await _machine.Run([.. command.PathOf().Split(' ').Skip(1), "--help"]);

            (result.Exit, result.Error).ShouldBe((0, ""), command.PathOf());
            result.Out.ShouldContain("Usage:\n  " + command.PathOf());
            result.Out.ShouldContain("  -h, --help ");
            foreach (var option in command.Options.Where(option => !option.Hidden))
            {
                result.Out.ShouldContain(option.Name);
                option.Description.ShouldNotBeNullOrEmpty(option.Name);
            }
            (await _machine.Run(["help", .. command.PathOf().Split(' ').Skip(1)])).Out.ShouldBe(result.Out);
        }
    }

    [Theory, InlineData("version"), InlineData("--version"), InlineData("login --version"), InlineData("-v 3 version --verbose=9")]
    public async Task The_version_is_one_line(string line)
    {
        (await _machine.Run(line.Split(' '))).ShouldBe(new(0, Versions.Current + "\n", ""));
    }

    [Theory]
    [InlineData("--non-interactive whoami")]
    [InlineData("whoami --non-interactive")]
    [InlineData("whoami -C . --color=never --emoji -Q --logtostderr --logflow --tracing x --profiling y --memprofilerate 7")]
    [InlineData("--otel-traces z whoami --disable-integrity-checking=false")]
    public async Task Global_flags_may_stand_anywhere(string line)
    {
        await _machine.Run("login", "--local");

        (await _machine.Run(line.Split(' '))).ShouldBe(new(0, "operator\n", ""));
    }

    [Fact]
    public async Task A_command_runs_as_if_started_elsewhere()
    {
        Directory.CreateDirectory(Path.Combine(_machine.Work, "state"));

        (await _machine.Run("-C", "state", "login", "file://.")).Exit.ShouldBe(0);

        File.Exists(Path.Combine(_machine.Work, "state", ".pulumi", "meta.yaml")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_flag_can_be_set_by_a_variable_and_what_was_typed_wins()
    {
        await _machine.Run("login", "--local");
        _machine.Variables["PULUMI_OPTION_OUTPUT"] = "json";
        (await _machine.Run("whoami")).Out.ShouldContain("\"user\": \"operator\"");
        (await _machine.Run("whoami", "--output", "default")).Out.ShouldBe("operator\n");

        (_machine.Variables["PULUMI_OPTION_MEMPROFILERATE"], _machine.Variables["PULUMI_OPTION_VERBOSE"]) = ("4", "1");
        (await _machine.Run("version")).Exit.ShouldBe(0);

        _machine.Variables["PULUMI_OPTION_MEMPROFILERATE"] = "much";
        (await _machine.Run("version")).Error.ShouldContain("invalid argument \"much\" for \"--memprofilerate\" flag");
    }

    [Theory, InlineData("", false), InlineData("-v=1", true)]
    public async Task A_fault_of_ours_is_no_fault_of_the_user(string flag, bool traced)
    {
        using var error = new StringWriter { NewLine = "\n" };
        var machine = _machine.Machine();
        machine = machine with
        {
            Terminal = machine.Terminal with { Error = error },
            HostName = () => throw new InvalidOperationException("a bug"),
        };

        var exit = await Root.RunOrReport(
            ["login", "--local", .. flag.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            machine,
            default
        );

        exit.ShouldBe(255);
        error.ToString().ShouldStartWith("error: internal error: ");
        error.ToString().ShouldContain("a bug");
        error.ToString().Contains("   at Cli.").ShouldBe(traced);
    }

    private static IEnumerable<Cli.Invocation.PulumiCommand> Tree(Cli.Invocation.PulumiCommand command) =>
        command.Commands.Where(child => !child.Hidden).SelectMany(Tree).Prepend(command);
}
