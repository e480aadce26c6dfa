using Cli.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Cli.Tests.Env;

/// <summary>Logins of environments, written into a definition that a cloud of its own keeps.</summary>
public sealed class EnvProviderTests : IAsyncLifetime
{
    private const string Path = "/api/esc/environments/alice/web/dev";

    private readonly Workspace _work = new();
    private FakeCloud _cloud = null!;
    private string? _definition = "# ours\nvalues:\n  size: 3 # kept\n";

    public async ValueTask InitializeAsync()
    {
        _cloud = await FakeCloud.Start();
        _cloud.Special = async http =>
        {
            switch (http.Request.Method, http.Request.Path.Value, _definition)
            {
                case ("POST", "/api/esc/environments/alice", null):
                    _definition = "";
                    return true;
                case ("GET", Path, not null):
                    http.Response.Headers["ETag"] = "e1";
                    http.Response.Headers["Pulumi-ESC-Revision"] = "1";
                    await http.Response.WriteAsync(_definition);
                    return true;
                case ("PATCH", Path, not null):
                    _definition = _cloud.Requests.Last().Body;
                    http.Response.Headers["Pulumi-ESC-Revision"] = "2";
                    await http.Response.WriteAsync("{}");
                    return true;
                default:
                    return false;
            }
        };
        _work.Machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _cloud.Url;
        await _work.Run("login");
    }

    public async ValueTask DisposeAsync()
    {
        _work.Dispose();
        await _cloud.DisposeAsync();
    }

    [Fact]
    public async Task A_static_login_to_aws_keeps_its_key_secret_and_leaves_the_rest_alone()
    {
        await _work.Do("env", "provider", "aws-login", "static", "alice/web/dev", "AKIA1", "hush/+", "--export-env-vars");

        _definition.ShouldBe(
            """
            # ours
            values:
              size: 3 # kept
              aws:
                login:
                  fn::open::aws-login:
                    static:
                      accessKeyId: AKIA1
                      secretAccessKey:
                        fn::secret: hush/+
              environmentVariables:
                AWS_ACCESS_KEY_ID: ${aws.login.accessKeyId}
                AWS_SECRET_ACCESS_KEY: ${aws.login.secretAccessKey}

            """
        );
        _cloud.Requests.Last().Headers["ETag"].ShouldBe("e1");
    }

    [Fact]
    public async Task A_login_takes_the_place_of_the_one_before()
    {
        await _work.Do("env", "provider", "aws-login", "static", "alice/web/dev", "AKIA1", "hush");
        await _work.Do([
            "env",
            "provider",
            "aws-login",
            "oidc",
            "--env",
            "alice/web/dev",
            "arn:aws:iam::1:role/x",
            "ci",
            "--duration",
            "1h",
            "--policy-arn",
            "arn:1",
            "--policy-arn",
            "arn:2",
        ]);

        _definition.ShouldBe(
            """
            # ours
            values:
              size: 3 # kept
              aws:
                login:
                  fn::open::aws-login:
                    oidc:
                      roleArn: arn:aws:iam::1:role/x
                      sessionName: ci
                      duration: 1h
                      policyArns:
                        - arn:1
                        - arn:2

            """
        );
    }

    [Fact]
    public async Task Azure_and_google_have_their_own_members_and_places()
    {
        _definition = null;
        await _work.Do([
            "env",
            "provider",
            "azure-login",
            "oidc",
            "alice/web/dev",
            "t",
            "s",
            "c",
            "--create",
            "--path",
            "cloud.az",
            "--export-env-vars",
        ]);
        await _work.Do("env", "provider", "gcp-login", "static", "alice/web/dev", "123", "ya29", "--service-account", "a@b");

        _definition.ShouldBe(
            """
            values:
              cloud:
                az:
                  fn::open::azure-login:
                    clientId: c
                    tenantId: t
                    subscriptionId: s
                    oidc: true
              environmentVariables:
                ARM_CLIENT_ID: ${cloud.az.clientId}
                ARM_TENANT_ID: ${cloud.az.tenantId}
                ARM_SUBSCRIPTION_ID: ${cloud.az.subscriptionId}
                ARM_OIDC_TOKEN: ${cloud.az.oidc.token}
              gcp:
                login:
                  fn::open::gcp-login:
                    project: 123
                    accessToken:
                      accessToken:
                        fn::secret: ya29
                      serviceAccount: a@b

            """
        );
    }

    [Theory]
    [InlineData(
        "required flag(s) \"provider-id\", \"service-account\" not set",
        "gcp-login",
        "oidc",
        "alice/web/dev",
        "1",
        "--workload-pool-id",
        "p"
    )]
    [InlineData("'web' is not the number of a project", "gcp-login", "static", "alice/web/dev", "web", "token")]
    [InlineData("1 argument(s) missing", "aws-login", "static", "alice/web/dev", "AKIA1")]
    [InlineData("--draft is not supported", "aws-login", "static", "alice/web/dev", "AKIA1", "x", "--draft")]
    public async Task What_is_missing_is_said_before_anything_is_written(string why, params string[] words)
    {
        var before = _definition;

        (await _work.Run(["env", "provider", .. words])).Error.ShouldContain(why);

        _definition.ShouldBe(before);
    }
}
