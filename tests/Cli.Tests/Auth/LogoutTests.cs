using Cli.Tests.Support;

namespace Cli.Tests.Auth;

/// <summary>Cases 30 to 41.</summary>
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

    [Theory, InlineData("https://a"), InlineData("-c=https://a")]
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
    public async Task An_address_in_the_environment_is_the_one_that_is_logged_out_of()
    {
        Stored("https://a", "https://a", "https://b");
        _machine.Variables["PULUMI_BACKEND_URL"] = "https://b";

        (await _machine.Run("logout")).Out.ShouldBe("Logged out of https://b\n");
    }

    [Fact]
    public async Task Everything_and_local_exclude_each_other()
    {
        (await _machine.Run("logout", "--all", "--local")).ShouldBe(
            new(1, "", "error: only one of --all or --local may be specified, not both\n")
        );
    }

    [Fact]
    public async Task A_login_that_was_not_there_is_pointed_out()
    {
        (await _machine.Run("logout", "https://a")).ShouldBe(new(0, "Logged out of https://a\n", "There was no login to https://a.\n"));
    }

    [Fact]
    public async Task Credentials_that_cannot_be_opened_are_given_up()
    {
        _machine.Write(
            _machine.CredentialsFile,
            """{"$pulumiSecureStore":1,"backend":"tpm-file","algo":"aes-256-gcm","nonce":"AA==","data":"AA=="}"""
        );
        (await _machine.Run("whoami")).Error.ShouldContain("is encrypted by the 'tpm-file' store, which this program cannot open");

        (await _machine.Run("logout")).Out.ShouldBe(
            "Removed stored credentials that could no longer be decrypted; logged out of everything\n"
        );

        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Fact]
    public async Task An_argument_beats_the_option_variable()
    {
        Stored("https://a", "https://a", "https://b");
        _machine.Variables["PULUMI_OPTION_CLOUD_URL"] = "https://b";

        (await _machine.Run("logout", "https://a")).Out.ShouldBe("Logged out of https://a\n");
        (await _machine.Run("logout")).Out.ShouldBe("Logged out of https://b\n");
    }

    [Fact]
    public async Task A_broken_project_stops_a_logout_that_needs_it()
    {
        _machine.Write(Path.Combine(_machine.Work, "Pulumi.yaml"), "name: [");

        (await _machine.Run("logout")).Error.ShouldStartWith("error: could not unmarshal '");
    }

    [Fact]
    public async Task Logging_out_asks_no_server()
    {
        Stored("http://127.0.0.1:9", "http://127.0.0.1:9");

        (await _machine.Run("logout")).ShouldBe(new(0, "Logged out of http://127.0.0.1:9\n", ""));

        _machine.Waits.ShouldBeEmpty();
    }

    private void Stored(string current, params string[] urls) =>
        _machine.Write(
            _machine.CredentialsFile,
            $$"""{"current":"{{current}}","accessTokens":{ {{string.Join(',', urls.Select(u => $"\"{u}\":\"t\""))}}  } }"""
        );
}
