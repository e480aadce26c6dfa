using Cli.Tests.Support;

namespace Cli.Tests.Auth;

/// <summary>Logging in without a person: cases 1 to 25 of the reference's table, and what else belongs to them.</summary>
public sealed class TokenLoginTests : IAsyncLifetime
{
    private const string NoToken = "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions";
    private const string Using = "Logging in using access token from PULUMI_ACCESS_TOKEN\n";
    private const string Refused = "Unauthorized: No credentials provided or are invalid.";

    private readonly TestMachine _machine = new();
    private FakeCloud _cloud = null!;

    private string Api => _cloud.Url;

    public async ValueTask InitializeAsync() => _cloud = await FakeCloud.Start();

    public ValueTask DisposeAsync()
    {
        _machine.Dispose();
        return _cloud.DisposeAsync();
    }

    [Fact]
    public async Task Case_1_without_a_token_and_a_terminal_login_says_what_is_missing()
    {
        (await _machine.Run("login")).ShouldBe(new(3, "", $"error: could not log in to the Pulumi Cloud: {NoToken}\n"));
        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Fact]
    public async Task Case_2_a_token_from_the_environment_logs_in_with_one_request()
    {
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";

        (await _machine.Run("login", Api)).ShouldBe(new(0, $"Logged in to {Api} as alice ()\n", Using));

        _cloud.Requests.Select(r => (r.Line, r.Authorization)).ShouldBe([("GET /api/user", "token good")]);
        _machine.Credentials["current"]!.GetValue<string>().ShouldBe(Api);
        _machine.Credentials["accounts"]![Api]!["username"]!.GetValue<string>().ShouldBe("alice");
    }

    [Fact]
    public async Task Case_2_the_console_domain_gives_the_link()
    {
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";
        _machine.Variables["PULUMI_CONSOLE_DOMAIN"] = "console.test";

        (await _machine.Run("login", Api)).Out.ShouldBe($"Logged in to {Api} as alice (http://console.test/alice)\n");
    }

    [Fact]
    public async Task Case_3_without_an_address_it_is_pulumi_cloud()
    {
        (_machine.PulumiCloud, _machine.Variables["PULUMI_ACCESS_TOKEN"]) = (Api, "good");

        (await _machine.Run("login")).Out.ShouldBe("Logged in to pulumi.com as alice (https://app.pulumi.com/alice)\n");
    }

    [Fact]
    public async Task Case_4_a_refused_token_is_not_stored()
    {
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "bad";

        (await _machine.Run("login", Api)).ShouldBe(
            new(1, "", $"{Using}error: could not log in to the state backend \"{Api}\": {Refused}\n")
        );
        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Fact]
    public async Task Case_5_a_stored_login_is_trusted_for_an_hour()
    {
        await LoggedIn();
        _cloud.Requests.Clear();

        (await _machine.Run("login", Api)).ShouldBe(new(0, $"Logged in to {Api} as alice ()\n", ""));

        _cloud.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Case_6_a_stored_login_that_the_server_no_longer_accepts_is_none()
    {
        await LoggedIn();
        _machine.Clock.Advance(TimeSpan.FromHours(2));
        _cloud.Date = _machine.Clock.GetUtcNow();
        _cloud.GoodTokens.Clear();

        (await _machine.Run("login", Api)).ShouldBe(new(3, "", $"error: could not log in to the state backend \"{Api}\": {NoToken}\n"));
    }

    [Fact]
    public async Task Case_7_a_login_that_has_expired_is_none_and_the_server_is_not_asked()
    {
        Stored(
            """{"accessToken":"good","username":"alice","lastValidatedAt":"2020-01-01T00:00:00Z","tokenInformation":{"name":"","expiresAt":"2020-01-01T00:00:00Z"}}"""
        );

        (await _machine.Run("login", Api)).Exit.ShouldBe(3);

        _cloud.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Case_8_an_expired_login_with_a_refresh_token_is_renewed()
    {
        Stored(
            """{"accessToken":"old","refreshToken":"r1","username":"alice","lastValidatedAt":"2020-01-01T00:00:00Z","tokenInformation":{"name":"","expiresAt":"2020-01-01T00:00:00Z"}}"""
        );
        _cloud.Grant =
            """{"access_token":"good","token_type":"token","issued_token_type":"","expires_in":3600,"scope":"","refresh_token":"r2"}""";

        (await _machine.Run("login", Api)).Exit.ShouldBe(0);

        _cloud.Requests.Select(r => r.Line).ShouldBe(["POST /api/oauth/token", "GET /api/user"]);
        (_cloud.Requests.First().Authorization, _cloud.Requests.First().Body).ShouldBe(("", "grant_type=refresh_token&refresh_token=r1"));
        var account = _machine.Credentials["accounts"]![Api]!;
        (account["accessToken"]!.GetValue<string>(), account["refreshToken"]!.GetValue<string>()).ShouldBe(("good", "r2"));
    }

    [Fact]
    public async Task Case_9_a_wrong_token_in_the_environment_does_not_fall_back_to_the_stored_one()
    {
        await LoggedIn();
        var before = await File.ReadAllTextAsync(_machine.CredentialsFile);
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "bad";

        (await _machine.Run("login", Api)).ShouldBe(
            new(1, "", $"{Using}error: could not log in to the state backend \"{Api}\": {Refused}\n")
        );

        (await File.ReadAllTextAsync(_machine.CredentialsFile)).ShouldBe(before);
    }

    [Fact]
    public async Task Case_10_a_trailing_slash_is_not_another_back_end()
    {
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";

        await _machine.Run("login", Api + "/");

        _machine.Credentials["accessTokens"]!.AsObject().Select(t => t.Key).ShouldBe([Api]);
    }

    [Theory]
    [InlineData("api.acme.com", "api.acme.com")]
    [InlineData("ftp://x", "ftp")]
    [InlineData("localhost:8080", "localhost")]
    public async Task Cases_11_and_12_an_unknown_scheme_is_refused_with_those_that_are_known(string url, string scheme)
    {
        (await _machine.Run("login", url)).ShouldBe(
            new(
                1,
                "",
                $"error: unknown backend cloudUrl format '{scheme}' (supported Url formats are: azblob://, gs://, s3://, file://, https://, http:// and postgres://)\n"
            )
        );
    }

    [Theory, InlineData("https://app.pulumi.com/alice"), InlineData("https://app.pulumi.com"), InlineData("https://pulumi.com")]
    public async Task Case_13_the_console_of_pulumi_cloud_is_not_a_back_end(string url)
    {
        (await _machine.Run("login", url)).Error.ShouldBe(
            $"error: {url} is not a valid self-hosted backend, use `pulumi login` without arguments to log into the Pulumi Cloud backend\n"
        );
    }

    [Fact]
    public async Task A_host_whose_name_only_begins_like_pulumi_cloud_is_a_back_end()
    {
        (await _machine.Run("login", "https://pulumi.company.internal")).Error.ShouldContain(NoToken);
    }

    [Fact]
    public async Task Cases_14_and_15_two_addresses_are_refused()
    {
        (await _machine.Run("login", "https://a", "-c", "https://b")).ShouldBe(
            new(1, "", "error: only one of --cloud-url or argument URL may be specified, not both\n")
        );
        (await _machine.Run("login", "--local", "https://a")).ShouldBe(
            new(1, "", "error: a URL may not be specified when --local mode is enabled\n")
        );
    }

    [Fact]
    public async Task Case_16_local_login_stores_an_empty_token()
    {
        (await _machine.Run("login", "--local")).ShouldBe(new(0, "Logged in to build-7 as operator (file://~)\n", ""));

        (await File.ReadAllTextAsync(_machine.CredentialsFile)).ShouldBe(
            """
            {
                "current": "file://~",
                "accessTokens": {
                    "file://~": ""
                },
                "accounts": {
                    "file://~": {
                        "lastValidatedAt": "0001-01-01T00:00:00Z"
                    }
                }
            }
            """
        );
    }

    [Fact]
    public async Task Case_17_a_missing_folder_is_refused()
    {
        (await _machine.Run("login", "file:///no/such")).ShouldBe(
            new(1, "", "error: could not log in to the state backend \"file:///no/such\": no such file or directory\n")
        );
    }

    [Fact]
    public async Task Case_18_a_default_organization_of_a_folder_is_refused_after_the_login()
    {
        (await _machine.Run("login", "--local", "--default-org", "acme")).ShouldBe(
            new(1, "", "error: unable to set default org for this type of backend\n")
        );
        _machine.Credentials["current"]!.GetValue<string>().ShouldBe("file://~");
    }

    [Fact]
    public async Task Case_19_a_folder_takes_no_oidc_token()
    {
        (await _machine.Run("login", "--local", "--oidc-token", "x")).Error.ShouldBe(
            "error: oidc-token, oidc-org, oidc-team, oidc-user, and oidc-expiration flags are not supported for this type of backend\n"
        );
    }

    [Fact]
    public async Task Case_20_an_address_that_conflicts_with_the_environment_is_warned_of()
    {
        (_machine.Variables["PULUMI_BACKEND_URL"], _machine.Variables["PULUMI_ACCESS_TOKEN"]) = ("file://~", "good");

        (await _machine.Run("login", Api)).Error.ShouldStartWith(
            $"Warning: The PULUMI_BACKEND_URL environment variable is set to 'file://~', which conflicts with the login URL '{Api}'.\n"
        );
    }

    [Fact]
    public async Task Cases_21_and_22_a_failure_says_where_the_address_came_from()
    {
        _machine.Variables["PULUMI_BACKEND_URL"] = Api;
        (await _machine.Run("login")).Error.ShouldBe(
            $"error: could not log in to the state backend \"{Api}\": {NoToken}\n\nThis backend comes from the PULUMI_BACKEND_URL environment variable, which takes precedence over `pulumi login`. Unset it to log in to a different backend.\n"
        );
        _machine.Variables.Remove("PULUMI_BACKEND_URL");
        var project = Path.Combine(_machine.Work, "Pulumi.yaml");
        _machine.Write(project, $"name: web\nruntime: nodejs\nbackend:\n  url: {Api}\n");
        (await _machine.Run("login")).Error.ShouldBe(
            $"error: could not log in to the state backend \"{Api}\": {NoToken}\n\nThis backend comes from the `backend` setting in {project}, which takes precedence over your stored credentials. Edit or remove that setting to log in to a different backend.\n"
        );
    }

    [Theory]
    [InlineData("<!doctype html>", "unmarshalling response object: invalid character '<' looking for beginning of value")]
    [InlineData("{}", "unexpected response from server")]
    public async Task Cases_23_and_24_a_server_of_another_kind_is_recognized(string body, string message)
    {
        (_cloud.User, _machine.Variables["PULUMI_ACCESS_TOKEN"]) = (body, "good");

        (await _machine.Run("login", Api)).ShouldBe(
            new(1, "", $"{Using}error: could not log in to the state backend \"{Api}\": {message}\n")
        );
    }

    [Fact]
    public async Task Case_25_a_dead_server_is_tried_four_times()
    {
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";
        var port = global::Support.TestServer.FreePort();
        var url = $"http://127.0.0.1:{port}";

        (await _machine.Run("login", url)).Error.ShouldBe(
            $"{Using}error: could not log in to the state backend \"{url}\": performing HTTP request: Get \"{url}/api/user\": dial tcp {url[7..]}: connect: connection refused\n"
        );
        _machine.Waits.ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)]);
    }

    [Fact]
    public async Task A_failing_server_is_tried_four_times_and_its_request_id_shown()
    {
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";
        _cloud.AnswerAlways(500, """{"code":500,"message":"Oops"}""", ("X-Pulumi-Request-ID", "r-1"));

        (await _machine.Run("login", Api)).Error.ShouldContain("[500] Oops (Request ID: r-1)");

        _cloud.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_token_can_come_through_standard_input()
    {
        _machine.Input = "  good\n";
        (await _machine.Run("login", Api, "--token-stdin")).ShouldBe(new(0, $"Logged in to {Api} as alice ()\n", ""));

        _machine.Input = "\n";
        (await _machine.Run("login", Api, "--token-stdin")).Error.ShouldContain("standard input holds no access token");
    }

    [Fact]
    public async Task The_default_organization_is_stored_under_the_address_that_readers_use()
    {
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";

        await _machine.Run("login", Api, "-d", "acme");

        (await File.ReadAllTextAsync(_machine.ConfigFile)).ShouldBe(
            $$"""
            {
                "backends": {
                    "{{Api}}": {
                        "defaultOrg": "acme"
                    }
                }
            }
            """
        );
    }

    [Fact]
    public async Task Case_40_an_empty_file_means_no_credentials()
    {
        _machine.Write(_machine.CredentialsFile, "");
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";

        (await _machine.Run("login", Api)).ShouldBe(new(0, $"Logged in to {Api} as alice ()\n", Using));
    }

    [Fact]
    public async Task Case_43_where_there_is_nothing_to_choose_from_the_flag_changes_nothing()
    {
        (_machine.PulumiCloud, _machine.Variables["PULUMI_ACCESS_TOKEN"]) = (Api, "good");

        (await _machine.Run("login", "--interactive")).ShouldBe(
            new(0, "Logged in to pulumi.com as alice (https://app.pulumi.com/alice)\n", Using)
        );
    }

    [Fact]
    public async Task Case_49_files_are_for_their_owner_only()
    {
        await LoggedIn();

        File.GetUnixFileMode(_machine.CredentialsFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(_machine.Home).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task Members_that_this_program_does_not_know_survive()
    {
        Stored(
            """{"accessToken":"good","username":"alice","future":{"x":[1,2]},"lastValidatedAt":"2020-01-01T00:00:00Z"}""",
            ""","new":"<&>" """
        );

        (await _machine.Run("login", Api)).Exit.ShouldBe(0);

        _machine.Credentials["new"]!.GetValue<string>().ShouldBe("<&>");
        _machine.Credentials["accounts"]![Api]!["future"]!.ToJsonString().ShouldBe("""{"x":[1,2]}""");
        (await File.ReadAllTextAsync(_machine.CredentialsFile)).ShouldContain("""\u003c\u0026\u003e""");
    }

    [Fact]
    public async Task Twenty_logins_at_once_lose_nothing()
    {
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => _machine.Run("login", $"{Api}/p{i}/.."))));

        results.ShouldAllBe(r => r.Exit == 0);
        _machine.Credentials["accessTokens"]!.AsObject().Count.ShouldBe(20);
    }

    private async Task LoggedIn()
    {
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";
        (await _machine.Run("login", Api)).Exit.ShouldBe(0);
        _machine.Variables.Remove("PULUMI_ACCESS_TOKEN");
    }

    private void Stored(string account, string more = "") =>
        _machine.Write(_machine.CredentialsFile, $$"""{"current":"{{Api}}","accounts":{"{{Api}}":{{account}} } {{more}} }""");
}
