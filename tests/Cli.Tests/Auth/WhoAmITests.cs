using Cli.Tests.Support;

namespace Cli.Tests.Auth;

/// <summary>Cases 44 and 50, and what whoami shows.</summary>
public sealed class WhoAmITests : IAsyncLifetime
{
    private const string TeamToken = """ "tokenInformation":{"name":"ci token","organization":"acme","team":"ops"}, """;
    private const string PlainToken = """ "tokenInformation":{"name":"ci token"}, """;

    private readonly TestMachine _machine = new();
    private FakeCloud _cloud = null!;

    public async ValueTask InitializeAsync() => _cloud = await FakeCloud.Start();

    public ValueTask DisposeAsync()
    {
        _machine.Dispose();
        return _cloud.DisposeAsync();
    }

    [Fact]
    public async Task The_name_alone()
    {
        LoggedIn();

        (await _machine.Run("whoami")).ShouldBe(new(0, "alice\n", ""));
    }

    [Theory]
    [InlineData("", "personal\n")]
    [InlineData(TeamToken, "team: ops\nToken name: ci token\n")]
    [InlineData(""" "tokenInformation":{"name":"ci","organization":"acme"}, """, "organization: acme\nToken name: ci\n")]
    [InlineData(PlainToken, "unknown\nToken name: ci token\n")]
    public async Task In_detail(string token, string kind)
    {
        LoggedIn(token);

        (await _machine.Run("whoami", "-v")).Out.ShouldBe(
            $"User: alice\nOrganizations: alice, acme\nBackend URL: https://app.pulumi.com/alice\nToken type: {kind}"
        );
    }

    [Theory, InlineData("--json"), InlineData("-j"), InlineData("--output=json")]
    public async Task As_json(string flag)
    {
        LoggedIn(TeamToken);

        (await _machine.Run("whoami", flag)).Out.ShouldBe(
            """
            {
              "user": "alice",
              "organizations": [
                "alice",
                "acme"
              ],
              "url": "https://app.pulumi.com/alice",
              "tokenInformation": {
                "name": "ci token",
                "organization": "acme",
                "team": "ops"
              }
            }

            """
        );
    }

    [Fact]
    public async Task Case_44_the_environments_back_end_does_not_become_the_current_one()
    {
        LoggedIn();
        (_machine.Variables["PULUMI_BACKEND_URL"], _machine.Variables["PULUMI_ACCESS_TOKEN"]) = (_cloud.Url, "good");

        (await _machine.Run("whoami")).Out.ShouldBe("alice\n");

        _machine.Credentials["current"]!.GetValue<string>().ShouldBe("https://api.pulumi.com");
        _machine.Credentials["accessTokens"]![_cloud.Url]!.GetValue<string>().ShouldBe("good");
    }

    [Fact]
    public async Task Case_50_without_a_login_it_says_what_is_missing()
    {
        (await _machine.Run("whoami")).ShouldBe(
            new(3, "", "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n")
        );
    }

    [Fact]
    public async Task In_a_folder_the_user_is_the_operating_systems()
    {
        await _machine.Run("login", "--local");

        (await _machine.Run("whoami", "-v")).Out.ShouldBe("User: operator\nOrganizations: \nBackend URL: file://~\nToken type: personal\n");
    }

    [Fact]
    public async Task A_login_that_is_still_trusted_changes_nothing_on_disk()
    {
        LoggedIn();
        var before = File.GetLastWriteTimeUtc(_machine.CredentialsFile);

        await _machine.Run("whoami");

        File.GetLastWriteTimeUtc(_machine.CredentialsFile).ShouldBe(before);
        Directory.EnumerateFiles(_machine.Home).ShouldBe([_machine.CredentialsFile]);
    }

    [Fact]
    public async Task The_oldest_form_of_the_file_still_works()
    {
        _machine.Write(_machine.CredentialsFile, $$"""{"current":"{{_cloud.Url}}","accessTokens":{"{{_cloud.Url}}":"good"} }""");

        (await _machine.Run("whoami")).ShouldBe(new(0, "alice\n", ""));
        (await _machine.Run("whoami")).ShouldBe(new(0, "alice\n", ""));

        _cloud.Lines.ShouldBe(["GET /api/user"]);
    }

    private void LoggedIn(string token = "") =>
        _machine.Write(
            _machine.CredentialsFile,
            $$"""
            {"current":"https://api.pulumi.com","accounts":{"https://api.pulumi.com":{"accessToken":"good","username":"alice",
            "organizations":["alice","acme"],{{token}}"lastValidatedAt":"2026-08-21T10:15:00Z"} } }
            """
        );
}
