using System.Security.Cryptography;
using System.Text;
using System.Web;
using Cli.Providers.Aws;
using Cli.Tests.Support;
using Cli.Tests.Support.Clouds;

namespace Cli.Tests.Providers;

/// <summary>Where the credentials of AWS come from, each source as its own documents describe it.</summary>
public sealed class AwsIdentityTests : IAsyncLifetime
{
    private const string Given = """{"AccessKeyId":"GIVEN","SecretAccessKey":"s","Token":"t","Expiration":"2026-08-21T11:00:00Z"}""";
    private static readonly AwsCredentials Expected = new("GIVEN", "s", "t", new(2026, 8, 21, 11, 0, 0, TimeSpan.Zero));
    private readonly TestMachine _machine = new();
    private FakeCloud _server = null!;

    public async ValueTask InitializeAsync()
    {
        _machine.Variables["HOME"] = _machine.Home;
        _machine.Variables["AWS_EC2_METADATA_DISABLED"] = "true";
        _server = await FakeCloud.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _machine.Dispose();
    }

    [Fact]
    public async Task A_profile_of_the_address_goes_before_the_environment_and_that_before_other_profiles()
    {
        File(
            "credentials",
            "[default]\naws_access_key_id = D\naws_secret_access_key = d\n[other]\naws_access_key_id=O\naws_secret_access_key=o\naws_session_token=t\n"
        );
        File(
            "config",
            "[default]\nregion = eu-west-1\n# [profile x]\n[profile other]\nregion=us-west-2\ns3 =\n  max_concurrent_requests = 20\n"
        );

        (await Find()).ShouldBe(new("D", "d"));
        Identity().Region.ShouldBe("eu-west-1");
        _machine.Variables["AWS_PROFILE"] = "other";
        (await Find()).ShouldBe(new("O", "o", "t"));
        Identity().Region.ShouldBe("us-west-2");
        _machine.Variables["AWS_ACCESS_KEY_ID"] = "E";
        _machine.Variables["AWS_SECRET_ACCESS_KEY"] = "e";
        (await Find()).ShouldBe(new("E", "e"));
        (await Find("default")).ShouldBe(new("D", "d"));
    }

    [Fact]
    public async Task A_role_is_taken_with_the_credentials_of_another_profile()
    {
        File("credentials", $"[base]\naws_access_key_id={S3Server.KeyId}\naws_secret_access_key={S3Server.Secret}\n");
        File(
            "config",
            "[profile deploy]\nrole_arn=arn:aws:iam::1:role/deploy\nsource_profile=base\nexternal_id=x\nrole_session_name=ci\nregion=eu-west-1\n"
        );
        _machine.Variables["AWS_ENDPOINT_URL_STS"] = _server.Url;
        _server.AnswerAlways(200, Sts("AssumeRole"));

        (await Find("deploy")).ShouldBe(Expected);

        var request = _server.Requests.ShouldHaveSingleItem();
        var form = HttpUtility.ParseQueryString(request.Body);
        (form["Action"], form["RoleArn"], form["ExternalId"], form["RoleSessionName"]).ShouldBe(
            ("AssumeRole", "arn:aws:iam::1:role/deploy", "x", "ci")
        );
        request.Authorization.ShouldContain($"Credential={S3Server.KeyId}/20260821/eu-west-1/sts/aws4_request");
        _server.AnswerAlways(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not allowed</Message></Error></ErrorResponse>");
        (await Should.ThrowAsync<UserErrorException>(() => Find("deploy"))).Message.ShouldBe(
            "AWS does not give the role arn:aws:iam::1:role/deploy: AccessDenied not allowed"
        );
    }

    [Fact]
    public async Task Profiles_that_lead_to_themselves_are_an_error()
    {
        File("config", "[profile a]\nrole_arn=r\nsource_profile=b\n[profile b]\nrole_arn=r\nsource_profile=a\n");

        (await Should.ThrowAsync<UserErrorException>(() => Find("a"))).Message.ShouldStartWith(
            "the AWS profile 'b' takes its credentials from itself"
        );
    }

    [Fact]
    public async Task A_workload_changes_its_token_into_a_role()
    {
        _machine.Write(Path.Combine(_machine.Work, "token"), "jwt\n");
        _machine.Variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = Path.Combine(_machine.Work, "token");
        _machine.Variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/pod";
        _machine.Variables["AWS_ENDPOINT_URL_STS"] = _server.Url;
        _server.AnswerAlways(200, Sts("AssumeRoleWithWebIdentity"));

        (await Find()).ShouldBe(Expected);

        var request = _server.Requests.ShouldHaveSingleItem();
        var form = HttpUtility.ParseQueryString(request.Body);
        (form["Action"], form["WebIdentityToken"]).ShouldBe(("AssumeRoleWithWebIdentity", "jwt"));
        request.Authorization.ShouldBe("");
    }

    [Fact]
    public async Task A_single_sign_on_gives_credentials_until_it_expires()
    {
        File(
            "config",
            "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = dev\n[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://x\n"
        );
        _machine.Variables["AWS_ENDPOINT_URL_SSO"] = _server.Url;
#pragma warning disable CA5350
        var name = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes("corp")));
#pragma warning restore CA5350
        (await Should.ThrowAsync<UserErrorException>(() => Find())).Message.ShouldBe("not signed in to AWS; run `aws sso login`");
        File($"sso/cache/{name}.json", """{"accessToken":"abc","expiresAt":"2026-08-21T12:00:00Z"}""");
        _server.AnswerAlways(
            200,
            """{"roleCredentials":{"accessKeyId":"GIVEN","secretAccessKey":"s","sessionToken":"t","expiration":1787310000000}}"""
        );

        (await Find()).ShouldBe(Expected);

        _server.Requests.Single().Headers["x-amz-sso_bearer_token"].ShouldBe("abc");
        File($"sso/cache/{name}.json", """{"accessToken":"abc","expiresAt":"2026-08-21T09:00:00Z"}""");
        (await Should.ThrowAsync<UserErrorException>(() => Find())).Message.ShouldBe("the AWS sign-in has expired; run `aws sso login`");
    }

    [Fact]
    public async Task A_program_may_print_credentials()
    {
        File("config", "[default]\ncredential_process = vault-helper --json\n");
        _machine.Programs = line =>
            line.EndsWith("vault-helper --json", StringComparison.Ordinal)
                ? """{"Version":1,"AccessKeyId":"GIVEN","SecretAccessKey":"s","SessionToken":"t","Expiration":"2026-08-21T11:00:00Z"}"""
                : null;

        (await Find()).ShouldBe(Expected);
    }

    [Fact]
    public async Task A_container_has_credentials_of_its_own()
    {
        _machine.Variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = _server.Url + "/v1/credentials";
        _machine.Variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "pod-token";
        _server.AnswerAlways(200, Given);

        (await Find()).ShouldBe(Expected);

        _server.Requests.Single().Authorization.ShouldBe("pod-token");
    }

    [Fact]
    public async Task A_machine_has_credentials_of_its_own_and_wants_a_session_first()
    {
        _machine.Variables.Remove("AWS_EC2_METADATA_DISABLED");
        _machine.Variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = _server.Url;
        _server.Special = async http =>
        {
            var isGood = http.Request.Headers["x-aws-ec2-metadata-token"] == "session" || http.Request.Method == "PUT";
            http.Response.StatusCode = isGood ? 200 : 401;
            var body = Encoding.UTF8.GetBytes(
                http.Request.Path.Value switch
                {
                    "/latest/api/token" => "session",
                    "/latest/meta-data/iam/security-credentials/" => "role-1",
                    "/latest/meta-data/iam/security-credentials/role-1" => Given,
                    _ => "",
                }
            );
            await http.Response.Body.WriteAsync(body);
            return true;
        };

        (await Find()).ShouldBe(Expected);
    }

    [Fact]
    public async Task Credentials_are_kept_until_shortly_before_they_expire()
    {
        _machine.Variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = _server.Url;
        _server.AnswerAlways(200, Given);
        var identity = Identity();

        await identity.Credentials(TestContext.Current.CancellationToken);
        await identity.Credentials(TestContext.Current.CancellationToken);
        _server.Requests.Count.ShouldBe(1);
        _machine.Clock.Advance(TimeSpan.FromMinutes(41));
        await identity.Credentials(TestContext.Current.CancellationToken);

        _server.Requests.Count.ShouldBe(2);
    }

    private AwsIdentity Identity(string? profile = null) => new(_machine.Machine(), profile);

    private Task<AwsCredentials> Find(string? profile = null) => Identity(profile).Credentials(TestContext.Current.CancellationToken);

    private void File(string name, string text) => _machine.Write(Path.Combine(_machine.Home, ".aws", name), text);

    private static string Sts(string action) =>
        $"""
            <{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials><AccessKeyId>GIVEN</AccessKeyId>
            <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2026-08-21T11:00:00Z</Expiration></Credentials></{action}Result></{action}Response>
            """;
}
