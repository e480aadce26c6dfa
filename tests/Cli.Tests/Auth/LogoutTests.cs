using Cli.Tests.Support;

namespace Cli.Tests.Auth;

/// <summary>Cases 30 to 41 and 50.</summary>
public sealed class LogoutTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Case_30_the_current_login_is_forgotten()
    {
        Stored("https://api.pulumi.com", "https://api.pulumi.com");

        (await _machine.Run("logout")).ShouldBe(new(0, "Logged out of https://api.pulumi.com\n", ""));

        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Fact]
    public async Task Case_31_logging_out_without_a_login_is_no_mistake()
    {
        (await _machine.Run("logout")).ShouldBe(new(0, "Logged out of https://api.pulumi.com\n", ""));
    }

    [Theory, InlineData("https://b"), InlineData("https://b/")]
    public async Task Case_32_another_login_than_the_current_one_can_be_forgotten(string url)
    {
        Stored("https://a", "https://a", "https://b");

        (await _machine.Run("logout", url)).ShouldBe(new(0, "Logged out of https://b\n", ""));

        _machine.Credentials["current"]!.GetValue<string>().ShouldBe("https://a");
        _machine.Credentials["accessTokens"]!.AsObject().Select(t => t.Key).ShouldBe(["https://a"]);
    }

    [Fact]
    public async Task Case_33_no_other_login_becomes_current()
    {
        Stored("https://a", "https://a", "https://b");

        (await _machine.Run("logout")).Out.ShouldBe("Logged out of https://a\n");

        _machine.Credentials.ContainsKey("current").ShouldBeFalse();
        _machine.Credentials["accessTokens"]!.AsObject().Select(t => t.Key).ShouldBe(["https://b"]);
    }

    [Fact]
    public async Task Cases_34_and_35_everything_can_be_forgotten_at_once()
    {
        Stored("https://a", "https://a", "https://b");
        _machine.Write(_machine.ConfigFile, """{"backends":{"https://a":{"defaultOrg":"acme"}}}""");

        (await _machine.Run("logout", "--all")).ShouldBe(new(0, "Logged out of everything\n", ""));
        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
        (await File.ReadAllTextAsync(_machine.ConfigFile)).ShouldBe("{}");
        (await _machine.Run("logout", "--all")).ShouldBe(new(0, "Logged out of everything\n", ""));
    }

    [Theory, InlineData("https://a"), InlineData("-c=https://a"), InlineData("--local")]
    public async Task Case_36_all_and_one_exclude_each_other(string other)
    {
        (await _machine.Run("logout", "--all", other)).ShouldBe(
            new(1, "", "error: only one of --all, --cloud-url or argument URL may be specified, not both\n")
        );
    }

    [Fact]
    public async Task Case_37_a_folder_that_is_gone_can_be_logged_out_of()
    {
        Stored("file:///tmp/gone", "file:///tmp/gone");

        (await _machine.Run("logout")).Out.ShouldBe("Logged out of file:///tmp/gone\n");
    }

    [Fact]
    public async Task Cases_38_and_39_a_broken_file_is_named_and_logout_all_removes_it()
    {
        _machine.Write(_machine.CredentialsFile, "{oops");

        (await _machine.Run("logout")).Error.ShouldStartWith(
            $"error: could not determine current cloud: failed to read Pulumi credentials file. Please fix or delete invalid credentials file: '{_machine.CredentialsFile}': invalid character 'o'"
        );
        (await _machine.Run("logout", "--all")).Out.ShouldBe("Logged out of everything\n");
    }

    [Fact]
    public async Task Case_41_the_default_organization_goes_with_the_login()
    {
        Stored("https://a", "https://a");
        _machine.Write(_machine.ConfigFile, """{"backends":{"https://a":{"defaultOrg":"acme"}}}""");

        await _machine.Run("logout");

        File.Exists(_machine.ConfigFile).ShouldBeFalse();
    }

    [Fact]
    public async Task Case_50_whoami_without_a_login_says_what_is_missing()
    {
        (await _machine.Run("whoami")).ShouldBe(
            new(3, "", "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n")
        );
    }

    [Fact]
    public async Task An_address_in_the_environment_is_the_one_that_is_logged_out_of()
    {
        Stored("https://a", "https://a", "https://b");
        _machine.Variables["PULUMI_BACKEND_URL"] = "https://b";

        (await _machine.Run("logout")).Out.ShouldBe("Logged out of https://b\n");
    }

    [Theory]
    [InlineData("lgoin", "unknown command \"lgoin\" for \"pulumi\"\n\nDid you mean this?\n\tlogin\n")]
    [InlineData("login --bogus", "unknown flag: --bogus")]
    [InlineData(
        "whoami --output xml",
        "invalid argument \"xml\" for \"--output\" flag: output \"xml\" not supported, valid values are: default or json"
    )]
    [InlineData(
        "whoami --output json --json",
        "if any flags in the group [output json] are set none of the others can be; [json output] were all set"
    )]
    [InlineData("login a b", "accepts at most 1 arg(s), received 2")]
    [InlineData("gen-completion tcsh", "\"tcsh\" is not a supported shell")]
    [InlineData("version --color pink", "unsupported color option: 'pink'.  Supported values are: auto, always, never, raw")]
    public async Task A_bad_invocation_gets_the_sentence_that_people_know(string line, string message)
    {
        var result = await _machine.Run(line.Split(' '));

        result.Exit.ShouldBe(1);
        result.Error.ShouldStartWith("error: " + message);
    }

    private void Stored(string current, params string[] urls) =>
        _machine.Write(
            _machine.CredentialsFile,
            $$"""{"current":"{{current}}","accessTokens":{ {{string.Join(',', urls.Select(u => $"\"{u}\":\"t\""))}}  } }"""
        );
}
