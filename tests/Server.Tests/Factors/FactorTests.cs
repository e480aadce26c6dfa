using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OtpNet;
using Server.Data;
using Support;

namespace Server.Tests.Factors;

/// <summary>Authenticator apps, recovery codes, and what an organization may require.</summary>
public class FactorTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task With_an_authenticator_app_a_password_alone_opens_nothing(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        var seed = await SetUp(server, browser);
        using var thief = new FormBrowser(server);

        await thief.SignIn("ann");
        thief.Path.ShouldBe("/signin/factor");
        await thief.Open("/user/settings");
        thief.Path.ShouldStartWith("/signin?returnUrl");
        await thief.Open("/signin/factor");
        await thief.Submit("factor-code", ("Code", "000000"));
        thief.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        await thief.Submit("factor-code", ("Code", Code(server, seed)));

        thief.Path.ShouldBe("/");
        thief.Text("h1").ShouldBe("Welcome, ann");
    }

    [Fact]
    public async Task Over_https_the_cookies_between_the_steps_are_such_as_browsers_take()
    {
        await using var server = await TestServer.Start(change: s =>
            s with
            {
                TrustedProxies = [IPAddress.Loopback, IPAddress.IPv6Loopback],
            }
        );
        using var browser = new FormBrowser(server) { Headers = { ["X-Forwarded-Proto"] = "https" } };
        var seed = await SetUp(server, browser);
        using var again = new FormBrowser(server) { Headers = { ["X-Forwarded-Proto"] = "https" } };

        await again.SignIn("ann");
        again.Path.ShouldBe("/signin/factor");
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        await again.Submit("factor-code", ("Code", Code(server, seed)));

        again.Text("h1").ShouldBe("Welcome, ann");
        again.Cookies.GetAllCookies().Select(c => c.Name).ShouldAllBe(n => n.StartsWith("__Host-"));
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_code_that_was_used_is_not_taken_again_nor_an_older_one(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        var seed = await SetUp(server, browser);
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        var older = Code(server, seed, TimeSpan.FromSeconds(-30));
        var code = Code(server, seed);
        using var first = new FormBrowser(server);
        using var second = new FormBrowser(server);
        await first.SignIn("ann");
        await second.SignIn("ann");

        await first.Submit("factor-code", ("Code", code));
        first.Path.ShouldBe("/");
        await second.Submit("factor-code", ("Code", code));
        second.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await second.Submit("factor-code", ("Code", older));

        second.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_recovery_code_signs_in_once_and_new_ones_end_the_old(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        await SetUp(server, browser);
        var codes = browser.Text("#recovery-codes").Split('\n');
        codes.Length.ShouldBe(10);
        using var other = new FormBrowser(server);

        await other.SignIn("ann");
        await other.Submit("factor-code", ("Code", codes[0].ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal)));
        other.Path.ShouldBe("/");
        using var again = new FormBrowser(server);
        await again.SignIn("ann");
        await again.Submit("factor-code", ("Code", codes[0]));
        again.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.Open("/user/settings/factors");
        browser.Text("main").ShouldContain("9 of 10 are left");
        browser.Page.QuerySelector("#recovery-codes").ShouldBeNull("they are shown once");
        await browser.Submit("new-codes");
        await again.Submit("factor-code", ("Code", codes[1]));

        again.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Text("#recovery-codes").ShouldNotContain(codes[1]);
    }

    [Fact]
    public async Task Neither_seed_nor_recovery_codes_can_be_read_in_the_database()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        var seed = await SetUp(server, browser);

        var database = server.Services.GetRequiredService<Database>();
        var stored = await database.Query<byte[]>($"SELECT seed FROM totp_seeds", CancellationToken.None);
        var hashes = await database.Query<byte[]>($"SELECT code_hash FROM recovery_codes", CancellationToken.None);

        Convert.ToHexString(stored.Single()).ShouldNotContain(Convert.ToHexString(seed));
        hashes.Count.ShouldBe(10);
        hashes.ShouldAllBe(h => h.Length == 32);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_known_password_buys_no_further_guesses_at_the_second_factor(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        var seed = await SetUp(server, browser);
        using var thief = new FormBrowser(server);

        for (var i = 0; i < 5; i++)
        {
            await thief.SignIn("ann");
            await thief.Submit("factor-code", ("Code", "000000"));
        }
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        await thief.Submit("factor-code", ("Code", Code(server, seed)));

        thief.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        thief.Text("[role=alert]").ShouldContain("the account is locked for a few minutes");
    }

    [Fact]
    public async Task The_second_step_is_void_once_the_password_has_changed()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await SetUp(server, browser);
        using var thief = new FormBrowser(server);
        await thief.SignIn("ann");

        await browser.Open("/user/settings/password");
        await browser.Submit("password", ("Current", TestServer.Password), ("New", "a much better one"));
        await thief.Open("/signin/factor");

        thief.Page.QuerySelector("input[name=Code]").ShouldBeNull();
    }

    [Fact]
    public async Task After_a_quarter_of_an_hour_factors_are_changed_only_after_another_proof()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await SetUp(server, browser);
        await browser.Open("/user/settings/factors");

        server.Clock.Advance(TimeSpan.FromMinutes(16));
        await browser.Submit("remove-app");
        browser.Path.ShouldStartWith("/user/settings/confirm");
        await browser.Submit("confirm-password", ("Password", "not my password"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.Submit("confirm-password", ("Password", TestServer.Password));
        browser.Path.ShouldBe("/user/settings/factors");
        browser.Page.QuerySelector("input[value=remove-app]").ShouldNotBeNull("nothing was removed meanwhile");
        await browser.Submit("remove-app");

        using var other = new FormBrowser(server);
        await other.SignIn("ann");
        other.Path.ShouldBe("/");
    }

    [Fact]
    public async Task The_user_of_the_API_tells_whether_there_is_a_second_factor()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        var account = await server.Services.GetRequiredService<Server.Accounts.AccountStore>().FindByLogin("ann", CancellationToken.None);
        using var client = server.Client(await server.TokenOf(account!));

        (await Me(client)).GetProperty("hasMFA").GetBoolean().ShouldBeFalse();
        await SetUp(server, browser, signUp: false);

        (await Me(client)).GetProperty("hasMFA").GetBoolean().ShouldBeTrue();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_organization_can_let_nobody_in_without_a_second_factor(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        var account = await server.Services.GetRequiredService<Server.Accounts.AccountStore>().FindByLogin("ann", CancellationToken.None);
        using var client = server.Client(await server.TokenOf(account!));

        await browser.Open("/ann/settings/factors");
        await browser.Submit("factor-rule");
        browser.Text("[role=alert]").ShouldStartWith("Set up a second factor of your own first");
        await SetUp(server, browser, signUp: false);
        await browser.Open("/ann/settings/factors");
        await browser.Submit("factor-rule");
        browser.Text(".lead").ShouldContain("need a second factor");
        (await client.PostAsync("/api/user/organizations/ann/default", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await browser.Open("/user/settings/factors");
        await browser.Submit("remove-app");
        await browser.Open("/ann");
        browser.Path.ShouldBe("/user/settings/factors?required=ann");
        browser.Text("[role=status]").ShouldStartWith("The organization ann lets nobody in without a second factor.");
        var refused = await client.PostAsync("/api/user/organizations/ann/default", null);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("/user/settings/factors");
        (await client.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    internal static async Task<byte[]> SetUp(TestServer server, FormBrowser browser, bool signUp = true)
    {
        if (signUp)
        {
            await browser.SignUp("ann");
        }
        await browser.Open("/user/settings/factors");
        await browser.Submit("offer-app");
        browser.Page.QuerySelector("img[alt^=QR]")!.GetAttribute("src")!.ShouldStartWith("data:image/png;base64,");
        var seed = Base32Encoding.ToBytes(browser.Text("#totp-key"));
        await browser.Submit("confirm-app", ("Code", "000000"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.Submit("confirm-app", ("Code", Code(server, seed)));
        browser.Text("#recovery-codes").ShouldNotBe("(no #recovery-codes)");
        return seed;
    }

    private static string Code(TestServer server, byte[] seed, TimeSpan shift = default) =>
        new Totp(seed).ComputeTotp((server.Clock.GetUtcNow() + shift).UtcDateTime);

    private static Task<JsonElement> Me(HttpClient client) => client.GetFromJsonAsync<JsonElement>("/api/user");
}
