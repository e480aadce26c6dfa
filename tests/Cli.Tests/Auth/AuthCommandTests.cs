using System.Text.Json.Nodes;
using Cli.Tests.Support;

namespace Cli.Tests.Auth;

/// <summary><c>pulumi auth …</c> and profiles.</summary>
public sealed class AuthCommandTests : IAsyncLifetime
{
    private readonly TestMachine _machine = new();
    private FakeCloud _cloud = null!;

    public async ValueTask InitializeAsync() => _cloud = await FakeCloud.Start();

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        _machine.Dispose();
    }

    [Fact]
    public async Task Status_says_who_where_why_and_what_was_overridden_without_asking_anybody()
    {
        _machine.Store(_cloud.Url, "https://b.test");
        _machine.Variables["PULUMI_BACKEND_URL"] = "https://b.test/";
        _machine.Write(Path.Combine(_machine.Work, "Pulumi.yaml"), "name: web\nruntime: nodejs\nbackend:\n  url: https://c.test\n");

        var result = await _machine.Run("auth", "status");

        result.ShouldBe(
            new(
                0,
                $"""
                Backend:       https://b.test
                User:          alice
                Organizations: alice, acme
                Token:         personal access token
                Last accepted: now
                Chosen by:     PULUMI_BACKEND_URL
                Overrides:     backend.url in {Path.Combine(_machine.Work, "Pulumi.yaml")}: https://c.test
                Overrides:     the last login ('current' in {_machine.CredentialsFile}): {_cloud.Url}
                Profile:       none
                Stored in:     {_machine.CredentialsFile}, not encrypted

                """,
                ""
            )
        );
        _cloud.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Status_as_json_has_the_same_exit_codes()
    {
        var nobody = await _machine.Run("auth", "status", "--json");
        nobody.Exit.ShouldBe(3);
        JsonNode.Parse(nobody.Out)!["token"]!["state"]!.GetValue<string>().ShouldBe("missing");
        (await _machine.Run("auth", "status")).Out.ShouldContain("none; run `pulumi login https://api.pulumi.com`");

        StoreLogin("2026-08-21T09:00:00Z", refreshToken: "");
        var expired = await _machine.Run("auth", "status", "--json");
        expired.Exit.ShouldBe(3);
        var status = JsonNode.Parse(expired.Out)!;
        (status["loggedIn"]!.GetValue<bool>(), status["token"]!["state"]!.GetValue<string>()).ShouldBe((false, "expired"));
        (await _machine.Run("auth", "status")).Out.ShouldContain("expired 1 hour ago; run `pulumi login");

        StoreLogin("2026-08-21T09:00:00Z", refreshToken: "pulr-0");
        var refreshable = await _machine.Run("auth", "status", "--json");
        refreshable.Exit.ShouldBe(0);
        JsonNode.Parse(refreshable.Out)!["token"]!["state"]!.GetValue<string>().ShouldBe("refreshable");

        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "other";
        var variable = JsonNode.Parse((await _machine.Run("auth", "status", "--json")).Out)!;
        variable["token"]!["source"]!.GetValue<string>().ShouldBe("PULUMI_ACCESS_TOKEN");
        variable["user"].ShouldBeNull("it may be somebody else's token");
        (await _machine.Run("auth", "status", "--json")).Out.ShouldNotContain("other");
    }

    [Fact]
    public async Task A_folder_needs_no_token()
    {
        await _machine.Run("login", "--local");

        var result = await _machine.Run("auth", "status");

        result.Exit.ShouldBe(0);
        result.Out.ShouldStartWith("Backend:   file://~\n");
        result.Out.ShouldContain("not needed here");
        (await _machine.Run("auth", "token")).Error.ShouldContain("file://~ needs no access token");
    }

    [Fact]
    public async Task A_profile_is_a_set_of_logins_of_its_own()
    {
        _machine.Store("https://a.test");
        (await _machine.Run("whoami", "--profile", "work")).Error.ShouldContain(
            "there is no profile 'work'; `pulumi login --profile work` makes it"
        );
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";
        (await _machine.Run("login", _cloud.Url, "--profile", "work", "-d", "acme")).Exit.ShouldBe(0);
        _machine.Variables.Remove("PULUMI_ACCESS_TOKEN");

        (await _machine.Run("whoami", "-v", "--profile", "work")).Exit.ShouldBe(0);
        (await _machine.Run("auth", "list")).Out.ShouldBe(
            $"""
            PROFILE  BACKEND{new string(' ', _cloud.Url.Length - 5)}USER   TOKEN
            default  {"https://a.test*".PadRight(_cloud.Url.Length)}  alice  personal access token
            work     {_cloud.Url}  alice  personal access token

            """
        );
        var listed = JsonNode.Parse((await _machine.Run("auth", "list", "--json", "--profile", "work")).Out)!.AsArray();
        listed.Select(l => l!["current"]!.GetValue<bool>()).ShouldBe([false, true]);
        File.Exists(Path.Combine(_machine.Home, "profiles", "work", "config.json")).ShouldBeTrue();
        _machine.Credentials["current"]!.GetValue<string>().ShouldBe("https://a.test");
    }

    [Fact]
    public async Task The_closest_word_on_the_profile_counts()
    {
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";
        foreach (var profile in new[] { "flag", "variable", "bound", "chosen" })
        {
            await _machine.Run("login", _cloud.Url, "--profile", profile);
        }
        (await _machine.Run("auth", "switch", "chosen")).ShouldBe(new(0, "Switched to the profile 'chosen'\n", ""));
        (await Used()).ShouldBe("chosen");
        (await _machine.Run("auth", "switch", "bound", "--here")).Exit.ShouldBe(0);
        var above = _machine.Work;
        _machine.Work = Directory.CreateDirectory(Path.Combine(above, "a", "b")).FullName;
        (await Used()).ShouldBe("bound");
        (await _machine.Run("auth", "switch", "chosen")).Error.ShouldBe(
            $"warning: here 'bound' is used all the same, by {Path.Combine(above, ".pulumi-profile")}\n"
        );
        _machine.Variables["PULUMI_PROFILE"] = "variable";
        (await Used()).ShouldBe("variable");
        (await Used("--profile", "flag")).ShouldBe("flag");
        (await Used("--profile", "default")).ShouldBe("default");
        _machine.Variables.Remove("PULUMI_PROFILE");
        _machine.Work = Directory.GetParent(above)!.FullName;
        (await _machine.Run("auth", "switch", "default")).Exit.ShouldBe(0);
        (await Used()).ShouldBeNull();
    }

    [Theory]
    [InlineData("../x")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    [InlineData("a/b")]
    public async Task A_name_cannot_lead_out_of_the_folder(string name)
    {
        var result = await _machine.Run("login", _cloud.Url, "--profile", name);

        result.Exit.ShouldBe(1);
        result.Error.ShouldContain("cannot be a profile's name");
        Directory.Exists(Path.Combine(_machine.Home, "profiles")).ShouldBeFalse();
    }

    [Fact]
    public async Task Switching_between_logins_says_when_another_setting_counts_more()
    {
        _machine.Store("https://a.test", "https://b.test");

        (await _machine.Run("auth", "switch", "https://b.test/")).ShouldBe(new(0, "Switched to https://b.test\n", ""));
        _machine.Credentials["current"]!.GetValue<string>().ShouldBe("https://b.test");
        (await _machine.Run("auth", "switch", "https://nowhere.test")).Error.ShouldContain(
            "is neither a backend that is logged in to nor a profile"
        );
        (await _machine.Run("auth", "switch")).Error.ShouldContain("`pulumi auth list` shows them");
        _machine.Variables["PULUMI_BACKEND_URL"] = "https://c.test";
        (await _machine.Run("auth", "switch", "https://a.test")).Error.ShouldBe(
            "warning: here https://c.test is used all the same, by PULUMI_BACKEND_URL\n"
        );
        _machine.Interactive = true;
        _machine.Picks = "https://b.test";
        _machine.Variables.Remove("PULUMI_BACKEND_URL");
        (await _machine.Run("auth", "switch")).Out.ShouldEndWith("Switched to https://b.test\n");
    }

    [Fact]
    public async Task The_token_is_printed_and_renewed_before_it_ends()
    {
        StoreLogin("2026-08-21T10:45:00Z", refreshToken: "pulr-0");
        (await _machine.Run("auth", "token")).ShouldBe(new(0, "old\n", ""));

        StoreLogin("2026-08-21T10:18:00Z", refreshToken: "pulr-0");
        new FakeOAuth(_cloud).Grants.Enqueue(FakeOAuth.Good);
        (await _machine.Run("auth", "token")).ShouldBe(new(0, "good\n", ""));

        StoreLogin("2026-08-21T10:00:00Z", refreshToken: "");
        (await _machine.Run("auth", "token")).Exit.ShouldBe(3);
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = " given ";
        (await _machine.Run("auth", "token")).ShouldBe(new(0, "given\n", ""));
    }

    [Fact]
    public async Task Refresh_renews_now_or_says_why_not()
    {
        StoreLogin("2026-08-21T11:00:00Z", refreshToken: "pulr-0");
        var server = new FakeOAuth(_cloud);
        server.Grants.Enqueue(FakeOAuth.Good);
        server.Grants.Enqueue("invalid_grant");

        (await _machine.Run("auth", "refresh")).Out.ShouldBe(
            $"Renewed the login to {_cloud.Url}; the new access token is good until 2026-08-21T11:15:30.000Z (1 hour from now)\n"
        );
        _machine.Credentials["accounts"]![_cloud.Url]!["refreshToken"]!.GetValue<string>().ShouldBe("pulr-1");
        var refused = await _machine.Run("auth", "refresh");
        (refused.Exit, refused.Error).ShouldBe(
            (3, $"error: {_cloud.Url} does not accept this login any more; run `pulumi login {_cloud.Url}`\n")
        );
        _machine.Store(_cloud.Url);
        (await _machine.Run("auth", "refresh")).Error.ShouldContain("only logins with the browser or a device code have a refresh token");
    }

    private async Task<string?> Used(params string[] more) =>
        JsonNode.Parse((await _machine.Run(["auth", "status", "--json", .. more])).Out)!["profile"]?.GetValue<string>();

    private void StoreLogin(string expires, string refreshToken) =>
        _machine.Write(
            _machine.CredentialsFile,
            $$"""{"current":"{{_cloud.Url}}","accounts":{"{{_cloud.Url}}":{"accessToken":"old","refreshToken":"{{refreshToken}}","username":"alice","lastValidatedAt":"2026-08-21T10:00:00Z","tokenInformation":{"name":"","expiresAt":"{{expires}}"} } } }"""
        );
}
