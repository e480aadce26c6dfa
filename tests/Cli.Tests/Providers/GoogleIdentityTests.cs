using System.Web;
using Cli.Providers.Google;
using Cli.Tests.Support;

namespace Cli.Tests.Providers;

/// <summary>Where the tokens of Google Cloud come from. A service account's own signature is checked where buckets are.</summary>
public sealed class GoogleIdentityTests : IAsyncLifetime
{
    private readonly TestMachine _machine = new();
    private FakeCloud _server = null!;

    public async ValueTask InitializeAsync()
    {
        _machine.Variables["HOME"] = _machine.Home;
        _server = await FakeCloud.Start();
        _server.AnswerAlways(
            200,
            """{"token_type":"Bearer","expires_in":3599,"access_token":"given","accessToken":"impersonated","expireTime":"2026-08-21T11:00:00Z"}"""
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _machine.Dispose();
    }

    [Fact]
    public async Task A_token_may_be_given()
    {
        _machine.Variables["GOOGLE_OAUTH_ACCESS_TOKEN"] = "mine";

        (await Find()).ShouldBe("mine");
    }

    [Fact]
    public async Task The_login_of_gcloud_is_refreshed()
    {
        _machine.Write(
            Path.Combine(_machine.Home, ".config/gcloud/application_default_credentials.json"),
            $$"""{"type":"authorized_user","client_id":"i","client_secret":"s","refresh_token":"r","token_uri":"{{_server.Url}}/token"}"""
        );

        (await Find()).ShouldBe("given");

        var form = HttpUtility.ParseQueryString(_server.Requests.Single().Body);
        (form["grant_type"], form["client_id"], form["client_secret"], form["refresh_token"]).ShouldBe(("refresh_token", "i", "s", "r"));
    }

    [Fact]
    public async Task A_workload_elsewhere_becomes_a_service_account()
    {
        _machine.Write(Path.Combine(_machine.Work, "subject"), """{"id_token":"jwt"}""");
        _machine.Variables["GOOGLE_CREDENTIALS"] = $$"""
            {"type":"external_account","audience":"//iam/pool","subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"{{_server.Url}}/sts",
            "service_account_impersonation_url":"{{_server.Url}}/v1/sa:generateAccessToken",
            "credential_source":{"file":"{{_machine.Work}}/subject","format":{"type":"json","subject_token_field_name":"id_token"} } }
            """;

        (await Find()).ShouldBe("impersonated");

        var form = HttpUtility.ParseQueryString(_server.Requests.First().Body);
        (form["subject_token"], form["audience"]).ShouldBe(("jwt", "//iam/pool"));
        _server.Requests.Last().Authorization.ShouldBe("Bearer given");
    }

    [Fact]
    public async Task A_machine_has_an_identity()
    {
        _machine.Variables["GCE_METADATA_HOST"] = new Uri(_server.Url).Authority;

        (await Find()).ShouldBe("given");

        _server.Requests.Single().Line.ShouldBe("GET /computeMetadata/v1/instance/service-accounts/default/token");
        _server.Requests.Single().Headers["Metadata-Flavor"].ShouldBe("Google");
    }

    private Task<string> Find() => new GoogleIdentity(_machine.Machine()).Token(TestContext.Current.CancellationToken);
}
