namespace Cli.Tests;

/// <summary>Logging in without a person. The numbers are those of the written cases.</summary>
public sealed class LoginCases
{
    private const string Missing = "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions";
    private const string Announced = "Logging in using access token from PULUMI_ACCESS_TOKEN\n";
    private const string Rejected = "Unauthorized: No credentials provided or are invalid.";

    [Fact]
    public async Task Case_01_nothing_known_and_nobody_to_ask()
    {
        using var machine = new TestMachine();
        var outcome = await machine.Run("login");
        outcome.ShouldBe(new Outcome(3, "", $"error: could not log in to the Pulumi Cloud: {Missing}\n"));
        Directory.Exists(machine.Home).ShouldBeFalse();
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("console.test", "http://console.test/alice")]
    public async Task Case_02_the_token_variable_logs_in_to_a_server(string? domain, string link)
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        if (domain is not null)
        {
            machine.Variables["PULUMI_CONSOLE_DOMAIN"] = domain;
        }
        (await machine.Run("login", cloud.Url)).ShouldBe(new Outcome(0, $"Logged in to {cloud.Url} as alice ({link})\n", Announced));
        machine.Credentials.ShouldBe(
            $$"""
            {
                "current": "{{cloud.Url}}",
                "accessTokens": {
                    "{{cloud.Url}}": "good"
                },
                "accounts": {
                    "{{cloud.Url}}": {
                        "accessToken": "good",
                        "username": "alice",
                        "organizations": [
                            "alice",
                            "acme"
                        ],
                        "lastValidatedAt": "2026-08-21T10:15:30Z"
                    }
                }
            }
            """
        );
        cloud.Lines.ShouldBe(["GET /api/user"]);
    }

    [Fact]
    public async Task Case_02_the_request_has_the_headers_of_the_protocol()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        await machine.Run("login", cloud.Url);
        var headers = cloud.Requests.Single().Headers;
        headers["Authorization"].ShouldBe("token good");
        headers["Accept"].ShouldBe("application/vnd.pulumi+9");
        headers["Accept-Encoding"].ShouldBe("gzip");
        headers["Content-Type"].ShouldBe("application/json");
        headers["User-Agent"].ShouldBe("pulumi-cli/1 (v3.260.0+holdfast.0.1.0; linux; cmd=login)");
    }

    [Fact]
    public async Task Case_03_the_token_variable_logs_in_to_pulumi_cloud()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine(cloud) { Variables = { [TestMachine.Token] = "good" } };
        (await machine.Run("login")).ShouldBe(
            new Outcome(0, "Logged in to pulumi.com as alice (https://app.pulumi.com/alice)\n", Announced)
        );
    }

    [Fact]
    public async Task Case_04_a_rejected_token_is_not_stored()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "bad" } };
        var expected = $"{Announced}error: could not log in to the state backend \"{cloud.Url}\": {Rejected}\n";
        (await machine.Run("login", cloud.Url)).ShouldBe(new Outcome(1, "", expected));
        machine.Credentials.ShouldBeNull();
    }

    [Fact]
    public async Task Case_05_within_the_hour_the_server_is_not_asked_again()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        await machine.Run("login", cloud.Url);
        machine.Variables.Remove(TestMachine.Token);
        (await machine.Run("login", cloud.Url)).ShouldBe(new Outcome(0, $"Logged in to {cloud.Url} as alice ()\n", ""));
        cloud.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Case_06_a_stored_token_that_the_server_revoked()
    {
        await using var cloud = await FakeCloud.Start();
        cloud.Answers = _ => new Answer(401, """{"code":401,"message":"no"}""");
        using var machine = new TestMachine();
        machine.StoreAccounts(cloud.Url);
        machine.Clock.Now += TimeSpan.FromHours(2);
        (await machine.Run("login", cloud.Url)).ShouldBe(
            new Outcome(3, "", $"error: could not log in to the state backend \"{cloud.Url}\": {Missing}\n")
        );
    }

    [Fact]
    public async Task Case_07_an_expired_token_costs_no_request()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine();
        machine.Store(Expired(cloud.Url, refresh: ""));
        (await machine.Run("login", cloud.Url)).Code.ShouldBe(3);
        cloud.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Case_08_an_expired_token_is_refreshed()
    {
        await using var cloud = await FakeCloud.Start();
        cloud.Answers = request =>
            request.Line.StartsWith("POST", StringComparison.Ordinal)
                ? new Answer(200, """{"access_token":"good","expires_in":60,"refresh_token":"r2"}""")
                : null;
        using var machine = new TestMachine();
        machine.Store(Expired(cloud.Url, refresh: "\"refreshToken\": \"r1\","));
        (await machine.Run("login", cloud.Url)).ShouldBe(new Outcome(0, $"Logged in to {cloud.Url} as alice ()\n", ""));
        cloud.Lines.ShouldBe(["POST /api/oauth/token", "GET /api/user"]);
        cloud.Requests[0].Body.ShouldBe("grant_type=refresh_token&refresh_token=r1");
        cloud.Requests[0].Headers.ShouldNotContainKey("Authorization");
        machine.Credentials!.ShouldContain("\"accessToken\": \"good\"");
        machine.Credentials!.ShouldContain("\"refreshToken\": \"r2\"");
        machine.Credentials!.ShouldContain("\"expiresAt\": \"2026-08-21T10:16:30Z\"");
    }

    [Fact]
    public async Task Case_09_a_wrong_variable_beats_a_good_stored_token()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "bad" } };
        machine.StoreAccounts(cloud.Url);
        var before = machine.Credentials;
        var outcome = await machine.Run("login", cloud.Url);
        outcome.Code.ShouldBe(1);
        outcome.Error.ShouldContain(Rejected);
        machine.Credentials.ShouldBe(before);
    }

    [Fact]
    public async Task Case_10_a_slash_at_the_end_is_no_part_of_the_key()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        (await machine.Run("login", cloud.Url + "/")).Code.ShouldBe(0);
        machine.Credentials!.ShouldContain($"\"current\": \"{cloud.Url}\"");
        machine.Credentials!.ShouldNotContain(cloud.Url + "/");
    }

    [Theory]
    [InlineData(
        "11",
        "api.acme.com",
        "unknown backend cloudUrl format 'api.acme.com' (supported Url formats are: azblob://, gs://, s3://, file://, https://, http:// and postgres://)"
    )]
    [InlineData(
        "12",
        "ftp://x",
        "unknown backend cloudUrl format 'ftp' (supported Url formats are: azblob://, gs://, s3://, file://, https://, http:// and postgres://)"
    )]
    [InlineData(
        "13",
        "https://app.pulumi.com/alice",
        "https://app.pulumi.com/alice is not a valid self-hosted backend, use `pulumi login` without arguments to log into the Pulumi Cloud backend"
    )]
    [InlineData(
        "13, whole host",
        "https://app.pulumi.com",
        "https://app.pulumi.com is not a valid self-hosted backend, use `pulumi login` without arguments to log into the Pulumi Cloud backend"
    )]
    [InlineData("14", "https://a -c https://b", "only one of --cloud-url or argument URL may be specified, not both")]
    [InlineData("15", "--local https://a", "a URL may not be specified when --local mode is enabled")]
    [InlineData("17", "file:///no/such", "could not log in to the state backend \"file:///no/such\": no such file or directory")]
    [InlineData(
        "19",
        "--local --oidc-token x",
        "oidc-token, oidc-org, oidc-team, oidc-user, and oidc-expiration flags are not supported for this type of backend"
    )]
    [InlineData(
        "bucket",
        "s3://b",
        "could not log in to the state backend \"s3://b\": this version cannot open s3:// stores yet. Use a folder (file://<path>) or a server (https://<host>)"
    )]
    public async Task Cases_11_to_19_what_cannot_be_logged_in_to(string number, string words, string message)
    {
        using var machine = new TestMachine();
        (await machine.Run(["login", .. words.Split(' ')])).ShouldBe(new Outcome(1, "", $"error: {message}\n"), number);
        machine.Credentials.ShouldBeNull();
    }

    [Fact]
    public async Task A_host_that_only_begins_like_pulumi_com_is_a_server_like_any_other()
    {
        using var machine = new TestMachine();
        var outcome = await machine.Run("login", "https://pulumi.company.internal");
        outcome.Error.ShouldBe($"error: could not log in to the state backend \"https://pulumi.company.internal\": {Missing}\n");
    }

    [Fact]
    public async Task Case_16_local()
    {
        using var machine = new TestMachine();
        (await machine.Run("login", "--local")).ShouldBe(new Outcome(0, "Logged in to build-7 as root (file://~)\n", ""));
        machine.Credentials.ShouldBe(
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
        (await File.ReadAllTextAsync(Path.Combine(machine.UserHome, ".pulumi", "meta.yaml"))).ShouldBe("version: 1\n");
    }

    [Fact]
    public async Task Case_18_a_store_has_no_default_organization()
    {
        using var machine = new TestMachine();
        var outcome = await machine.Run("login", "--local", "--default-org", "acme");
        outcome.ShouldBe(new Outcome(1, "", "error: unable to set default org for this type of backend\n"));
        machine.Credentials!.ShouldContain("file://~");
    }

    [Fact]
    public async Task The_default_organization_is_stored_under_the_servers_address()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        (await machine.Run("login", cloud.Url, "--default-org", "acme")).Code.ShouldBe(0);
        machine.Config.ShouldBe(
            $$"""
            {
                "backends": {
                    "{{cloud.Url}}": {
                        "defaultOrg": "acme"
                    }
                }
            }
            """
        );
    }

    [Fact]
    public async Task Case_20_a_variable_that_says_otherwise_is_pointed_out()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good", ["PULUMI_BACKEND_URL"] = "file://~" } };
        var outcome = await machine.Run("login", cloud.Url);
        outcome.Code.ShouldBe(0);
        outcome.Error.ShouldBe(
            $"Warning: The PULUMI_BACKEND_URL environment variable is set to 'file://~', which conflicts with the login URL '{cloud.Url}'.\n{Announced}"
        );
    }

    [Fact]
    public async Task Case_21_the_hint_names_the_variable()
    {
        using var machine = new TestMachine { Variables = { ["PULUMI_BACKEND_URL"] = "http://127.0.0.1:9" } };
        var hint =
            "This backend comes from the PULUMI_BACKEND_URL environment variable, which takes precedence over `pulumi login`. Unset it to log in to a different backend.";
        (await machine.Run("login")).ShouldBe(
            new Outcome(3, "", $"error: could not log in to the state backend \"http://127.0.0.1:9\": {Missing}\n\n{hint}\n")
        );
    }

    [Fact]
    public async Task Case_22_the_hint_names_the_project()
    {
        using var machine = new TestMachine();
        var project = Path.Combine(machine.Work, "Pulumi.yaml");
        await File.WriteAllTextAsync(project, "name: p\nruntime: yaml\nbackend:\n  url: http://127.0.0.1:9/\n");
        var outcome = await machine.Run("login");
        outcome.Code.ShouldBe(3);
        outcome.Error.ShouldContain(
            $"\"http://127.0.0.1:9\": {Missing}\n\nThis backend comes from the `backend` setting in {project}, which takes"
        );
    }

    [Theory]
    [InlineData("23", "<!doctype html>", "unmarshalling response object: invalid character '<' looking for beginning of value")]
    [InlineData("23, empty", "", "unmarshalling response object: unexpected end of JSON input")]
    [InlineData("24", "{}", "unexpected response from server")]
    public async Task Cases_23_and_24_a_server_of_another_kind(string number, string body, string message)
    {
        await using var cloud = await FakeCloud.Start();
        cloud.User = body;
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        var outcome = await machine.Run("login", cloud.Url);
        outcome.ShouldBe(
            new Outcome(1, "", $"{Announced}error: could not log in to the state backend \"{cloud.Url}\": {message}\n"),
            number
        );
    }

    [Fact]
    public async Task Case_25_a_dead_server_is_tried_four_times()
    {
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        var outcome = await machine.Run("login", "http://127.0.0.1:9");
        outcome.Code.ShouldBe(1);
        outcome.Error.ShouldEndWith(
            "performing HTTP request: Get \"http://127.0.0.1:9/api/user\": dial tcp 127.0.0.1:9: connect: connection refused\n"
        );
        machine.Clock.Waits.ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)]);
    }

    [Fact]
    public async Task Case_40_an_empty_file_is_no_file()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        machine.Store("");
        (await machine.Run("login", cloud.Url)).Out.ShouldBe($"Logged in to {cloud.Url} as alice ()\n");
    }

    [Fact]
    public async Task Case_43_nothing_to_choose_from()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine(cloud) { Variables = { [TestMachine.Token] = "good" } };
        (await machine.Run("login", "--interactive")).Out.ShouldBe("Logged in to pulumi.com as alice (https://app.pulumi.com/alice)\n");
    }

    [Fact]
    public async Task Case_48_insecure_is_remembered()
    {
        await using var cloud = await FakeCloud.Start(tls: true);
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        var strict = await machine.Run("login", cloud.Url);
        strict.Error.ShouldContain("tls: failed to verify certificate: x509: certificate signed by unknown authority");
        (await machine.Run("login", "--insecure", cloud.Url)).Code.ShouldBe(0);
        machine.Credentials!.ShouldContain("\"insecure\": true");
        machine.Clock.Now += TimeSpan.FromHours(2);
        machine.Variables.Remove(TestMachine.Token);
        (await machine.Run("whoami")).ShouldBe(new Outcome(0, "alice\n", ""));
        cloud.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Case_49_only_the_owner_may_read()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        using var machine = new TestMachine();
        await machine.Run("login", "--local");
        File.GetUnixFileMode(machine.CredentialsPath).ShouldBe((UnixFileMode)0b110_000_000);
        File.GetUnixFileMode(machine.Home).ShouldBe((UnixFileMode)0b111_000_000);
    }

    [Fact]
    public async Task A_token_comes_through_standard_input()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Input = " good\n" };
        (await machine.Run("login", cloud.Url, "--token-stdin")).ShouldBe(new Outcome(0, $"Logged in to {cloud.Url} as alice ()\n", ""));
    }

    [Fact]
    public async Task An_argument_beats_the_option_variable()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good", ["PULUMI_OPTION_CLOUD_URL"] = "https://b" } };
        (await machine.Run("login", cloud.Url)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_slash_at_the_end_of_the_default_api_is_no_part_of_the_key()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good", ["PULUMI_API"] = cloud.Url + "/" } };
        (await machine.Run("login")).Out.ShouldBe($"Logged in to {cloud.Url} as alice ()\n");
    }

    [Fact]
    public async Task Single_sign_on_shows_its_link_at_login_too()
    {
        await using var cloud = await FakeCloud.Start();
        cloud.Answers = _ => new Answer(
            401,
            """{"code":401,"message":"no","errors":[{"resource":"x","errorType":"saml_reauth_required","attribute":"acme"}]}"""
        );
        using var machine = new TestMachine(cloud) { Variables = { [TestMachine.Token] = "good" } };
        var outcome = await machine.Run("login");
        outcome.Code.ShouldBe(3);
        outcome.Error.ShouldContain(
            "SAML SSO authentication is required. Log in at:\n\n    https://app.pulumi.com/signin/sso/acme/reauth\n"
        );
    }

    [Theory]
    [InlineData(403, 3, "[403] Forbidden: no\n")]
    [InlineData(429, 1, "pulumi service: request rate-limit exceeded\n")]
    [InlineData(500, 1, "[500] Forbidden: no (Request ID: r-1)\n")]
    public async Task Other_refusals_are_told(int status, int code, string message)
    {
        await using var cloud = await FakeCloud.Start();
        cloud.Answers = _ => new Answer(status, $$"""{"code":{{status}},"message":"Forbidden: no"}""", ("X-Pulumi-Request-ID", "r-1"));
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        var outcome = await machine.Run("login", cloud.Url);
        outcome.Code.ShouldBe(code);
        outcome.Error.ShouldEndWith(message);
    }

    [Fact]
    public async Task The_servers_warnings_are_shown()
    {
        await using var cloud = await FakeCloud.Start();
        cloud.Answers = _ => new Answer(200, cloud.User, ("X-Pulumi-Warning", "one"), ("X-Pulumi-Warning", "two"));
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        (await machine.Run("login", cloud.Url)).Error.ShouldBe($"{Announced}warning: one\nwarning: two\n");
    }

    private static string Expired(string url, string refresh) =>
        $$$"""
            {"accounts": {"{{{url}}}": {"accessToken": "old", {{{refresh}}} "username": "alice",
             "lastValidatedAt": "2026-08-21T10:00:00Z", "tokenInformation": {"name": "", "expiresAt": "2026-08-21T10:01:00Z"} } } }
            """;
}
