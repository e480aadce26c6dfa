using System.Buffers.Text;
using System.Text;

namespace Cli.Tests;

/// <summary>Logging in with another identity provider's token.</summary>
public sealed class OidcCases
{
    private const string Grant = """{"access_token":"good","token_type":"token","expires_in":7200,"scope":""}""";

    private static string Jwt(string claims) => $"eyJh.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.sig";

    private static readonly string ForAcme = Jwt("""{"aud":"urn:pulumi:org:acme"}""");

    [Fact]
    public async Task Case_45_not_together_with_the_token_variable()
    {
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        (await machine.Run("login", "http://127.0.0.1:9", "--oidc-token", "eyJx")).ShouldBe(
            new Outcome(
                1,
                "",
                "error: problem logging in: cannot perform token exchange when an access token is set as environment variable\n"
            )
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Case_46_the_claims_say_for_whom(bool throughFile)
    {
        await using var cloud = await FakeCloud.Start();
        cloud.Answers = request => request.Line == "POST /api/oauth/token" ? new Answer(200, Grant) : null;
        using var machine = new TestMachine();
        await File.WriteAllTextAsync(Path.Combine(machine.Work, "token"), ForAcme + "\n");
        var outcome = await machine.Run("login", cloud.Url + "/", "--oidc-token", throughFile ? "file://token" : ForAcme);
        outcome.ShouldBe(new Outcome(0, $"Logged in to {cloud.Url} as alice ()\n", ""));
        cloud
            .Requests[0]
            .Body.ShouldBe(
                "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&audience=urn%3Apulumi%3Aorg%3Aacme"
                    + $"&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token&subject_token={ForAcme}"
                    + "&requested_token_type=urn%3Apulumi%3Atoken-type%3Aaccess_token%3Aorganization&scope=&expiration=7200"
            );
        cloud.Requests[0].Headers.ShouldNotContainKey("Authorization");
        machine.Credentials!.ShouldContain("\"expiresAt\": \"2026-08-21T12:15:30Z\"");
        machine.Credentials!.ShouldNotContain(cloud.Url + "/");
    }

    [Fact]
    public async Task Case_47_a_flag_must_not_contradict_a_claim()
    {
        using var machine = new TestMachine();
        var outcome = await machine.Run("login", "http://127.0.0.1:9", "--oidc-token", ForAcme, "--oidc-org", "other");
        outcome.Error.ShouldBe(
            "error: problem logging in: --oidc-org 'other' conflicts with JWT aud claim organization 'acme'. The JWT aud claim takes precedence "
                + "during token exchange. Either omit --oidc-org to use the JWT value, or ensure they match\n"
        );
    }

    [Theory]
    [InlineData("{}", "", "organization must be specified for token exchange")]
    [InlineData("{}", "--oidc-org a --oidc-team t --oidc-user u", "only one of team or user may be specified for token exchange")]
    [InlineData("{}", "--oidc-org a --oidc-expiration soon", "could not parse expiration duration: time: invalid duration \"soon\"")]
    [InlineData(
        """{"scope":"team:t user:u"}""",
        "",
        "JWT scope contains both team 't' and user 'u'. Only one of team or user may be specified for token exchange"
    )]
    public async Task Contradictions_are_told_before_anything_is_sent(string claims, string flags, string message)
    {
        using var machine = new TestMachine();
        string[] words =
        [
            "login",
            "http://127.0.0.1:9",
            "--oidc-token",
            Jwt(claims),
            .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ];
        (await machine.Run(words)).ShouldBe(new Outcome(1, "", $"error: problem logging in: {message}\n"));
    }

    [Fact]
    public async Task Without_a_token_exchange_at_the_server_the_error_names_the_way_out()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine();
        var outcome = await machine.Run("login", cloud.Url, "--oidc-token", ForAcme);
        outcome.Code.ShouldBe(1);
        outcome.Error.ShouldEndWith(
            "OIDC token exchange failed: this server offers no token exchange. "
                + "Log in with an access token instead: set PULUMI_ACCESS_TOKEN, or use --token-stdin\n"
        );
        machine.Credentials.ShouldBeNull();
    }

    [Fact]
    public async Task What_the_server_says_against_a_token_is_the_error()
    {
        await using var cloud = await FakeCloud.Start();
        cloud.Answers = _ => new Answer(400, """{"error":"invalid_grant"}""");
        using var machine = new TestMachine();
        var outcome = await machine.Run("login", cloud.Url, "--oidc-token", ForAcme);
        outcome.Error.ShouldEndWith("OIDC token exchange failed: {\"error\":\"invalid_grant\"}\n");
    }

    [Theory]
    [InlineData("15m", 900)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("", null)]
    [InlineData("15", null)]
    [InlineData("m", null)]
    [InlineData("-1h", null)]
    [InlineData("1d", null)]
    public void Durations_are_read_as_go_does(string text, int? seconds) =>
        Auth.GoDuration.Parse(text).ShouldBe(seconds is { } value ? TimeSpan.FromSeconds(value) : null);
}
