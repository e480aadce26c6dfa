using System.Web;
using Cli.Tests.Support;

namespace Cli.Tests.Auth;

/// <summary>
/// What once went wrong in the stock CLI, or still does, and has no place among the numbered cases. In brackets: since when it is right there.
/// </summary>
public sealed class HistoryTests : IAsyncLifetime
{
    private readonly TestMachine _machine = new();
    private FakeCloud _cloud = null!;

    private string Api => _cloud.Url;

    public async ValueTask InitializeAsync() => _cloud = await FakeCloud.Start();

    public ValueTask DisposeAsync()
    {
        _machine.Dispose();
        return _cloud.DisposeAsync();
    }

    [Fact] // 2018
    public async Task Logging_in_again_to_a_stored_back_end_makes_it_current()
    {
        _machine.Store("https://other", Api);

        (await _machine.Run("login", Api)).ShouldBe(new(0, $"Logged in to {Api} as alice ()\n", ""));

        _machine.Credentials["current"]!.GetValue<string>().ShouldBe(Api);
        _cloud.Requests.ShouldBeEmpty();
    }

    [Theory, InlineData(""), InlineData("1")] // 0.14.3
    public void No_color_is_respected_even_when_it_is_empty(string value)
    {
        _machine.Interactive = true;
        ColorChoice.Parse("auto", _machine.Machine()).ShouldBeTrue();

        _machine.Variables["NO_COLOR"] = value;

        ColorChoice.Parse("auto", _machine.Machine()).ShouldBeFalse();
        ColorChoice.Parse("always", _machine.Machine()).ShouldBeTrue();
    }

    [Theory] // 0.17.9
    [InlineData("s3://b/dir", "no AWS region is known; add ?region=eu-west-1 (or yours) to the address, or set AWS_REGION")]
    [InlineData(
        "gs://b",
        "no Google credentials found; run `gcloud auth application-default login`, or set GOOGLE_CREDENTIALS or GOOGLE_APPLICATION_CREDENTIALS"
    )]
    [InlineData("azblob://c", "no storage account is named; add ?storage_account=… to the address, or set AZURE_STORAGE_ACCOUNT")]
    [InlineData("s3://", "the address names no bucket; it should look like s3://my-bucket")]
    public async Task Buckets_are_known_and_what_is_missing_is_said(string url, string reason)
    {
        _machine.Variables["GCE_METADATA_HOST"] = "127.0.0.1:1";

        (await _machine.Run("login", url)).ShouldBe(new(1, "", $"error: could not log in to the state backend \"{url}\": {reason}\n"));
    }

    [Theory, InlineData("name: web\nruntime: yaml\n"), InlineData("name: web\nbackend:\n"), InlineData("")] // 2019
    public async Task A_project_without_a_back_end_does_not_disturb_a_login(string project)
    {
        _machine.Write(Path.Combine(_machine.Work, "Pulumi.yaml"), project);

        (await _machine.Run("login", "--local")).Exit.ShouldBe(0);
        (await _machine.Run("login")).Out.ShouldBe("Logged in to build-7 as operator (file://~)\n");
    }

    [Fact]
    public async Task A_broken_project_stops_a_login()
    {
        var project = Path.Combine(_machine.Work, "Pulumi.yaml");
        _machine.Write(project, "name: [");

        (await _machine.Run("login", "--local")).Error.ShouldStartWith($"error: could not unmarshal '{project}': ");

        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Fact] // 2019
    public async Task A_folder_is_stored_and_forgotten_as_it_was_written()
    {
        Directory.CreateDirectory(Path.Combine(_machine.Work, "state"));
        (await _machine.Run("login", "file://./state")).Out.ShouldBe("Logged in to build-7 as operator (file://./state)\n");
        _machine.Credentials["current"]!.GetValue<string>().ShouldBe("file://./state");

        (await _machine.Run("logout", "file://./state")).ShouldBe(new(0, "Logged out of file://./state\n", ""));

        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Theory]
    [InlineData("file://./missing", "stat {0}/missing: no such file or directory")]
    [InlineData("file://~/missing", "stat {1}/missing: no such file or directory")]
    public async Task A_missing_folder_is_named_in_full_where_its_address_does_not_show_it(string url, string reason)
    {
        var expected = string.Format(null, reason, _machine.Work, Path.GetDirectoryName(_machine.Home));

        (await _machine.Run("login", url)).Error.ShouldBe($"error: could not log in to the state backend \"{url}\": {expected}\n");
    }

    [Fact] // 3.130
    public async Task A_token_in_the_environment_beats_another_one_that_is_stored()
    {
        _machine.Store(Api);
        _cloud.GoodTokens.Add("newer");
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "newer";

        (await _machine.Run("login", Api)).Exit.ShouldBe(0);

        _cloud.Requests.Single().Authorization.ShouldBe("token newer");
        _machine.Credentials["accessTokens"]![Api]!.GetValue<string>().ShouldBe("newer");
    }

    [Fact]
    public async Task The_same_token_in_the_environment_is_the_stored_login_and_is_not_announced()
    {
        _machine.Store(Api);
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good\n";

        (await _machine.Run("login", Api)).ShouldBe(new(0, $"Logged in to {Api} as alice ()\n", ""));

        _cloud.Requests.ShouldBeEmpty();
    }

    [Fact] // 3.247
    public async Task A_refused_token_with_a_refresh_token_is_renewed_once_and_the_request_repeated()
    {
        _machine.Write(
            _machine.CredentialsFile,
            $$"""{"current":"{{Api}}","accounts":{"{{Api}}":{"accessToken":"old","refreshToken":"r1","username":"alice","lastValidatedAt":"2020-01-01T00:00:00Z"} } }"""
        );
        _cloud.Grant = """{"access_token":"good","token_type":"token","issued_token_type":"","expires_in":60,"scope":""}""";

        (await _machine.Run("login", Api)).Exit.ShouldBe(0);

        _cloud.Lines.ShouldBe(["GET /api/user", "POST /api/oauth/token", "GET /api/user"]);
        _machine.Credentials["accounts"]![Api]!["refreshToken"]!.GetValue<string>().ShouldBe("r1", "the answer brought no new one");
    }

    [Fact] // 3.247
    public async Task A_refresh_that_fails_leaves_the_refusal()
    {
        _machine.Write(
            _machine.CredentialsFile,
            $$"""{"current":"{{Api}}","accounts":{"{{Api}}":{"accessToken":"old","refreshToken":"r1","username":"alice","lastValidatedAt":"2020-01-01T00:00:00Z"} } }"""
        );

        (await _machine.Run("login", Api)).Exit.ShouldBe(3);
    }

    [Fact] // 3.257
    public async Task The_page_is_told_which_command_asks()
    {
        (_machine.Interactive, _machine.PulumiCloud) = (true, Api);
        _machine.Typed.Enqueue("");
        Uri? page = null;
        using var leave = new CancellationTokenSource();
        _machine.Browser = url =>
        {
            page = url;
            leave.CancelAfter(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(true);
        };

        await _machine.Run(leave.Token, "whoami");

        HttpUtility.ParseQueryString(page!.Query)["cliCommand"].ShouldBe("pulumi whoami");
    }

    [Fact] // 3.259
    public async Task A_failed_login_says_that_the_address_was_the_stored_one()
    {
        _machine.Store(Api);
        _cloud.GoodTokens.Clear();
        _machine.Clock.Advance(TimeSpan.FromHours(2));

        (await _machine.Run("login")).Error.ShouldEndWith(
            "\n\nThis is the backend recorded in your stored Pulumi credentials. To log in to a different one, run `pulumi login <url>` — for example, `pulumi login https://api.pulumi.com`.\n"
        );
    }

    [Fact] // not yet right there
    public async Task A_slash_at_the_end_of_the_default_api_is_no_other_back_end()
    {
        (_machine.Variables["PULUMI_API"], _machine.Variables["PULUMI_ACCESS_TOKEN"]) = (Api + "/", "good");

        (await _machine.Run("login")).Out.ShouldBe($"Logged in to {Api} as alice ()\n");

        _machine.Credentials["current"]!.GetValue<string>().ShouldBe(Api);
    }

    [Theory]
    [InlineData("login", "localhost:8080", "could not log in to the state backend \"localhost:8080\": ")]
    [InlineData("login", "http://a b", "could not log in to the state backend \"http://a b\": ")]
    [InlineData("whoami", "api.acme.com", "")]
    public async Task An_address_that_is_none_is_told_wherever_it_comes_from(string command, string url, string prefix)
    {
        (_machine.Variables["PULUMI_BACKEND_URL"], _machine.Variables["PULUMI_ACCESS_TOKEN"]) = (url, "good");

        (await _machine.Run(command)).Error.ShouldStartWith(
            $"error: {prefix}'{url}' is not an address; it should look like https://api.example.com\n"
        );
    }

    [Fact]
    public async Task A_console_that_is_none_is_told()
    {
        (_machine.Interactive, _machine.Variables["PULUMI_CONSOLE_DOMAIN"]) = (true, "a b");
        _machine.Typed.Enqueue("");

        (await _machine.Run("login", Api)).Error.ShouldEndWith("could not determine login url\n");
    }

    [Fact] // not yet right there
    public async Task An_address_that_was_typed_beats_the_option_variable()
    {
        (_machine.Variables["PULUMI_OPTION_CLOUD_URL"], _machine.Variables["PULUMI_ACCESS_TOKEN"]) = ("https://b", "good");

        (await _machine.Run("login", Api)).Out.ShouldBe($"Logged in to {Api} as alice ()\n");
    }

    [Fact] // not yet right there
    public async Task Logging_out_of_everything_does_not_claim_what_failed()
    {
        Directory.CreateDirectory(Path.Combine(_machine.CredentialsFile, "occupied"));

        var result = await _machine.Run("logout", "--all");

        (result.Exit, result.Out).ShouldBe((1, ""));
        result.Error.ShouldStartWith($"error: removing '{_machine.CredentialsFile}': ");
    }

    [Theory] // 3.125
    [InlineData("""{"name":"ci","organization":"acme"}""", "organization: acme")]
    [InlineData("""{"name":"ci","organization":"acme","team":"ops"}""", "team: ops")]
    [InlineData("""{"name":"ci"}""", "unknown")]
    public async Task About_knows_every_kind_of_token(string token, string kind)
    {
        _cloud.User = FakeCloud.Alice[..^1] + ",\"tokenInfo\":" + token + "}";
        (_machine.Variables["PULUMI_BACKEND_URL"], _machine.Variables["PULUMI_ACCESS_TOKEN"]) = (Api, "good");

        (await _machine.Run("about")).Out.ShouldContain($"Token type     {kind}\nToken name     ci\n");
    }
}
