using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Support;
using Wire;

namespace Server.Tests.OAuth;

public class RefreshTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_refresh_gives_new_tokens_and_an_old_one_that_comes_again_ends_the_login(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var first = await client.LogIn(browser);
        server.Clock.Advance(TimeSpan.FromHours(2));

        var second = (await client.Refresh(first.RefreshToken)).Grant!;
        (await client.Works(second.AccessToken)).ShouldBeTrue();
        second.RefreshToken.ShouldNotBe(first.RefreshToken);
        server.Clock.Advance(TimeSpan.FromSeconds(31));

        (await client.Refresh(first.RefreshToken)).ShouldBe(new(400, null, "invalid_grant"));
        (await client.Works(second.AccessToken)).ShouldBeFalse();
        (await client.Refresh(second.RefreshToken)).Error.ShouldBe("invalid_grant");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Twenty_commands_that_refresh_at_once_all_stay_logged_in(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var login = await client.LogIn(browser);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.Refresh(login.RefreshToken)));

        answers.ShouldAllBe(a => a.Grant != null);
        answers.Select(a => a.Grant!.RefreshToken).Distinct().Count().ShouldBe(20);
        server.Clock.Advance(TimeSpan.FromHours(2));
        (await client.Refresh(answers[7].Grant!.RefreshToken)).Grant.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_login_that_nobody_refreshes_for_ninety_days_is_over()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var login = await client.LogIn(browser);

        server.Clock.Advance(TimeSpan.FromDays(89));
        login = (await client.Refresh(login.RefreshToken)).Grant!;
        server.Clock.Advance(TimeSpan.FromDays(91));

        (await client.Refresh(login.RefreshToken)).Error.ShouldBe("invalid_grant");
    }

    [Fact]
    public async Task A_login_is_over_after_a_year_however_often_it_is_refreshed()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var login = await client.LogIn(browser);

        for (var days = 0; days < 320; days += 80)
        {
            server.Clock.Advance(TimeSpan.FromDays(80));
            login = (await client.Refresh(login.RefreshToken)).Grant!;
        }
        server.Clock.Advance(TimeSpan.FromDays(46));

        (await client.Refresh(login.RefreshToken)).Error.ShouldBe("invalid_grant");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Revoking_either_token_ends_the_login_and_an_unknown_one_is_as_good_as_revoked(bool byRefreshToken)
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var login = await client.LogIn(browser);

        (await client.Post("revoke", ("token", "pulr-unknown"), ("token_type_hint", "refresh_token"))).Status.ShouldBe(200);
        (await client.Post("revoke", ("token", byRefreshToken ? login.RefreshToken! : login.AccessToken))).Status.ShouldBe(200);

        (await client.Works(login.AccessToken)).ShouldBeFalse();
        (await client.Refresh(login.RefreshToken)).Error.ShouldBe("invalid_grant");
        (await client.Post("revoke")).Error.ShouldBe("invalid_request");
    }

    [Fact]
    public async Task Introspection_tells_of_ones_own_tokens_only()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var login = await client.LogIn(browser);
        using var ann = server.Client(login.AccessToken);
        using var bob = await server.ClientOf("bob");

        var own = await Introspect(ann, login.AccessToken);
        (own.Active, own.Username, own.Exp - own.Iat).ShouldBe((true, "ann", 3600));
        (await Introspect(bob, login.AccessToken)).ShouldBe(new(Active: false));
    }

    [Fact]
    public async Task The_console_lists_command_lines_and_logs_one_out_at_once()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var login = await client.LogIn(browser);

        await browser.Open("/user/settings/tokens");
        browser.Text(".empty").ShouldStartWith("No active tokens.");
        await browser.Open("/user/settings/devices");
        browser.Text("tbody").ShouldContain("build-7");
        var form = browser.Page.QuerySelector("tbody input[name=_handler]")!.GetAttribute("value")!;
        await browser.Submit(form);

        browser.Text(".empty").ShouldStartWith("No command line is logged in.");
        (await client.Works(login.AccessToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_ends_the_login_of_another()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var login = await client.LogIn(browser);
        var bob = await server.AddAccount("bob");
        var grants = server.Services.GetRequiredService<Server.OAuth.GrantStore>();
        var id = await server.Services.GetRequiredService<Database>().QueryOne<string>($"SELECT id FROM oauth_grants", default);

        (await grants.End(bob.Id, id!, default)).ShouldBeFalse();

        (await client.Works(login.AccessToken)).ShouldBeTrue();
    }

    [Fact]
    public async Task No_secret_is_stored_as_it_is()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var code = await client.Code(browser);
        var login = (await client.Redeem(code)).Grant!;
        var device = await client.Device();

        await server.Services.GetRequiredService<Database>().Execute($"UPDATE accounts SET name = 'marker'", default);
        var stored = string.Concat(
            Directory
                .GetFiles(server.Settings.DataFolder, "holdfast.db*")
                .Select(f =>
                {
                    using var file = new FileStream(f, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                    using var reader = new StreamReader(file, System.Text.Encoding.Latin1);
                    return reader.ReadToEnd();
                })
        );

        stored.ShouldContain("marker");
        foreach (var secret in new[] { code, login.AccessToken, login.RefreshToken!, device.DeviceCode, device.UserCode })
        {
            stored.Contains(secret, StringComparison.Ordinal).ShouldBeFalse();
        }
    }

    private static async Task<TokenIntrospection> Introspect(HttpClient client, string token)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("token", token)]);
        var answer = await client.PostAsync("/api/oauth/introspect", form);
        return (await answer.Content.ReadFromJsonAsync(OAuthJson.Default.TokenIntrospection))!;
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_changed_password_ends_the_logins_of_command_lines(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        using var client = new OAuthClient(server);
        await browser.SignUp("ann");
        var grant = (await client.Redeem(await client.Code(browser))).Grant!;

        await browser.Open("/user/settings/password");
        await browser.Submit("password", ("Current", TestServer.Password), ("New", "a much better one"));

        (await client.Works(grant.AccessToken)).ShouldBeFalse();
        (await client.Refresh(grant.RefreshToken)).Error.ShouldBe("invalid_grant");
    }
}
