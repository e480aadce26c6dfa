namespace Cli.Tests;

public sealed class WhoAmICases
{
    private static TestMachine LoggedIn(string token = "")
    {
        var machine = new TestMachine();
        machine.Store(
            $$$"""
            {"current":"https://api.pulumi.com","accounts":{"https://api.pulumi.com":{"accessToken":"good","username":"alice",
            "organizations":["alice","acme"],{{{token}}}"lastValidatedAt":"2026-08-21T10:15:00Z"} } }
            """
        );
        return machine;
    }

    private const string TeamToken = "\"tokenInformation\":{\"name\":\"ci token\",\"organization\":\"acme\",\"team\":\"ops\"},";

    [Fact]
    public async Task The_name_alone()
    {
        using var machine = LoggedIn();
        (await machine.Run("whoami")).ShouldBe(new Outcome(0, "alice\n", ""));
    }

    [Theory]
    [InlineData("", "personal\n")]
    [InlineData(TeamToken, "team: ops\nToken name: ci token\n")]
    public async Task In_detail(string token, string type)
    {
        using var machine = LoggedIn(token);
        (await machine.Run("whoami", "-v")).Out.ShouldBe(
            $"User: alice\nOrganizations: alice, acme\nBackend URL: https://app.pulumi.com/alice\nToken type: {type}"
        );
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("-j")]
    [InlineData("--output=json")]
    public async Task As_json(string flag)
    {
        using var machine = LoggedIn(TeamToken);
        (await machine.Run("whoami", flag)).Out.ShouldBe(
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
    public async Task Case_44_a_variable_does_not_change_the_stored_choice()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = LoggedIn();
        machine.Variables["PULUMI_BACKEND_URL"] = cloud.Url;
        machine.Variables[TestMachine.Token] = "good";
        (await machine.Run("whoami")).Out.ShouldBe("alice\n");
        machine.Credentials!.ShouldContain("\"current\": \"https://api.pulumi.com\"");
        machine.Credentials!.ShouldContain(cloud.Url);
    }

    [Fact]
    public async Task Case_50_not_logged_in()
    {
        using var machine = new TestMachine();
        (await machine.Run("whoami")).ShouldBe(
            new Outcome(3, "", "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n")
        );
    }

    [Fact]
    public async Task In_a_store_the_user_is_the_systems()
    {
        using var machine = new TestMachine();
        await machine.Run("login", "--local");
        (await machine.Run("whoami", "-v")).Out.ShouldBe("User: root\nOrganizations: \nBackend URL: file://~\nToken type: personal\n");
    }

    [Fact]
    public async Task About_never_asks_and_never_fails()
    {
        using var machine = new TestMachine { Interactive = true };
        var outcome = await machine.Run("about");
        outcome.Code.ShouldBe(0);
        outcome.Error.ShouldStartWith("warning: Could not access the backend: ");
        machine.Prompts.ShouldBeEmpty();
        (await machine.Run("about", "--json")).Out.ShouldContain("\"cliAbout\": {\n    \"version\": \"v3.260.0+holdfast.0.1.0\"");
    }

    [Fact]
    public async Task About_shows_the_backend_and_never_the_token()
    {
        using var machine = LoggedIn();
        var outcome = await machine.Run("about");
        outcome.Out.ShouldContain(
            "Backend\nName           pulumi.com\nURL            https://app.pulumi.com/alice\nUser           alice\n"
                + "Organizations  alice, acme\nToken type     personal\n"
        );
        machine.Variables[TestMachine.Token] = "hush";
        (await machine.Run("about", "env")).Out.ShouldMatch("PULUMI_ACCESS_TOKEN .*\\[secret\\]\n");
        (await machine.Run("about", "env")).Out.ShouldNotContain("hush");
    }
}
