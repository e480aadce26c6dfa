using System.Buffers.Text;
using System.Text;
using Cli.Auth;
using Cli.Tests.Support;

namespace Cli.Tests.Auth;

/// <summary>Cases 45 to 47: logging in with another identity provider's token.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    private static readonly string ForAcme = Jwt("""{"aud":"urn:pulumi:org:acme"}""");

    private readonly TestMachine _machine = new();
    private FakeCloud _cloud = null!;

    public async ValueTask InitializeAsync()
    {
        _cloud = await FakeCloud.Start();
        _cloud.Grant = """{"access_token":"good","token_type":"token","issued_token_type":"","expires_in":7200,"scope":""}""";
    }

    public ValueTask DisposeAsync()
    {
        _machine.Dispose();
        return _cloud.DisposeAsync();
    }

    [Fact]
    public async Task Case_45_a_token_in_the_environment_excludes_an_exchange()
    {
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";

        (await _machine.Run("login", _cloud.Url, "--oidc-token", ForAcme)).ShouldBe(
            new(1, "", "error: problem logging in: cannot perform token exchange when an access token is set as environment variable\n")
        );
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Case_46_the_claims_say_for_whom_also_those_of_a_token_in_a_file(bool throughFile)
    {
        await File.WriteAllTextAsync(Path.Combine(_machine.Work, "token"), ForAcme + "\n");

        (await _machine.Run("login", _cloud.Url + "/", "--oidc-token", throughFile ? "file://token" : ForAcme)).ShouldBe(
            new(0, $"Logged in to {_cloud.Url} as alice ()\n", "")
        );

        var exchange = _cloud.Requests.First();
        exchange.Body.ShouldBe(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&audience=urn%3Apulumi%3Aorg%3Aacme"
                + $"&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token&subject_token={ForAcme}"
                + "&requested_token_type=urn%3Apulumi%3Atoken-type%3Aaccess_token%3Aorganization&scope=&expiration=7200"
        );
        exchange.Authorization.ShouldBe("");
        _machine.Credentials["accounts"]![_cloud.Url]!["tokenInformation"]!["expiresAt"]!
            .GetValue<string>()
            .ShouldBe("2026-08-21T12:15:30Z");
        _machine.CredentialsText.ShouldNotContain(_cloud.Url + "/");
    }

    [Theory]
    [InlineData("""{"aud":"urn:pulumi:org:acme","scope":"team:ops"}""", "team", "team%3Aops")]
    [InlineData("""{"aud":"urn:pulumi:org:acme","scope":["user:alice"]}""", "personal", "user%3Aalice")]
    public async Task The_scope_says_what_kind_of_token(string claims, string kind, string scope)
    {
        (await _machine.Run("login", _cloud.Url, "--oidc-token", Jwt(claims))).Exit.ShouldBe(0);

        _cloud.Requests.First().Body.ShouldContain($"access_token%3A{kind}&scope={scope}&");
    }

    [Fact]
    public async Task Case_47_a_flag_must_not_contradict_a_claim()
    {
        (await _machine.Run("login", _cloud.Url, "--oidc-token", ForAcme, "--oidc-org", "other")).ShouldBe(
            new(
                1,
                "",
                "error: problem logging in: --oidc-org 'other' conflicts with JWT aud claim organization 'acme'. The JWT aud claim takes precedence "
                    + "during token exchange. Either omit --oidc-org to use the JWT value, or ensure they match\n"
            )
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
        string[] words = ["login", _cloud.Url, "--oidc-token", Jwt(claims), .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

        var result = await _machine.Run(words);

        result.Exit.ShouldBe(1);
        result.Error.ShouldStartWith($"error: problem logging in: {message}");
        _cloud.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_an_exchange_at_the_server_the_error_names_the_way_out()
    {
        _cloud.Grant = null;

        var result = await _machine.Run("login", _cloud.Url, "--oidc-token", ForAcme);

        result.Exit.ShouldBe(1);
        result.Error.ShouldEndWith(
            $"OIDC token exchange failed: {_cloud.Url} offers no token exchange. Use an access token: set PULUMI_ACCESS_TOKEN, or pipe one into `pulumi login --token-stdin`\n"
        );
        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Fact]
    public async Task What_the_server_says_against_a_token_is_the_error()
    {
        _cloud.AnswerAlways(400, """{"error":"invalid_grant"}""");

        (await _machine.Run("login", _cloud.Url, "--oidc-token", ForAcme)).Error.ShouldEndWith(
            "OIDC token exchange failed: {\"error\":\"invalid_grant\"}\n"
        );
    }

    [Theory]
    [InlineData("secret", "Failed to read OIDC token: must be JWT or 'file://filepath'. Got 'secret'")]
    [InlineData("file://none", "reading token from file 'none': ")]
    [InlineData("file://empty", "file 'empty' is empty")]
    [InlineData("file://other", "unexpected token format in file 'other'")]
    public async Task What_is_no_token_is_told(string given, string message)
    {
        await File.WriteAllTextAsync(Path.Combine(_machine.Work, "empty"), "\n");
        await File.WriteAllTextAsync(Path.Combine(_machine.Work, "other"), "hello");

        (await _machine.Run("login", _cloud.Url, "--oidc-token", given)).Error.ShouldContain("OIDC token exchange failed: " + message);
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
    public void Durations_are_read_as_go_does(string text, int? seconds)
    {
        GoDuration.Parse(text).ShouldBe(seconds is { } value ? TimeSpan.FromSeconds(value) : null);
    }

    private static string Jwt(string claims) => $"eyJh.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.sig";
}
