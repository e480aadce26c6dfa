using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Server.Accounts;
using Server.Accounts.Links;
using Server.Data;
using Server.Tests.Mail;
using Support;

namespace Server.Tests.Accounts;

public sealed partial class PasswordResetTests : IDisposable
{
    private const string Better = "a much better one";

    private readonly SmtpListener _smtp = new();

    public void Dispose() => _smtp.Dispose();

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_forgotten_password_is_replaced_by_a_link_from_the_mailbox(Engine engine)
    {
        await using var server = await Start(engine);
        await server.AddAccount("ann");
        using var elsewhere = new FormBrowser(server);
        await elsewhere.SignIn("ann");
        using var browser = new FormBrowser(server);

        await Ask(browser, "Ann@Example.com");
        browser.Text("[role=status]").ShouldStartWith("If there is such an account, a mail is on its way");
        var path = LinkIn(_smtp.Next(), server);
        await browser.Open(path);
        await browser.Submit("new-password", ("Password", Better));

        browser.Text("h1").ShouldBe("Your password is set");
        await elsewhere.Open("/user/settings");
        elsewhere.Path.ShouldStartWith("/signin");
        await browser.SignIn("ann");
        browser.Path.ShouldBe("/signin");
        await browser.SignIn("ann", Better);
        browser.Path.ShouldBe("/");
        await browser.Open("/user/settings");
        browser.Text(".facts .tag").ShouldBe("verified");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_link_works_once_within_an_hour_and_ends_the_others(Engine engine)
    {
        await using var server = await Start(engine);
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);
        await Ask(browser, "ann");
        var first = LinkIn(_smtp.Next(), server);
        await Ask(browser, "ann");
        var second = LinkIn(_smtp.Next(), server);

        await browser.Open(first);
        await browser.Submit("new-password", ("Password", Better));
        foreach (var used in new[] { first, second })
        {
            await browser.Open(used);
            (browser.Status, browser.Text("h1")).ShouldBe((HttpStatusCode.Gone, "This link is no longer good"));
        }
        await Ask(browser, "ann");
        var late = LinkIn(_smtp.Next(), server);
        server.Clock.Advance(TimeSpan.FromMinutes(61));
        await browser.Open(late);

        browser.Text("h1").ShouldBe("This link is no longer good");
    }

    [Fact]
    public async Task A_weak_password_does_not_use_up_the_link()
    {
        await using var server = await Start();
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);
        await Ask(browser, "ann");

        await browser.Open(LinkIn(_smtp.Next(), server));
        await browser.Submit("new-password", ("Password", "short"));
        browser.Text("[role=alert]").ShouldBe("A password has 10 to 160 characters.");
        await browser.Submit("new-password", ("Password", Better));

        browser.Text("h1").ShouldBe("Your password is set");
    }

    [Fact]
    public async Task Asking_for_an_unknown_account_is_answered_like_for_a_known_one_and_sends_nothing()
    {
        await using var server = await Start();
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);

        await Ask(browser, "ann");
        var known = browser.Text("main");
        await Ask(browser, "nobody@example.com");
        var unknown = browser.Text("main");

        unknown.ShouldBe(known);
        _smtp.Next();
        await Task.Delay(300, TestContext.Current.CancellationToken);
        _smtp.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_mailbox_is_not_filled_by_others_and_a_network_may_ask_ten_times()
    {
        await using var server = await Start();
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);

        for (var i = 0; i < 10; i++)
        {
            await Ask(browser, "ann");
            browser.Status.ShouldBe(HttpStatusCode.OK);
        }
        await Ask(browser, "ann");

        browser.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        _smtp.Next();
        _smtp.Next();
        _smtp.Next();
        await Task.Delay(300, TestContext.Current.CancellationToken);
        _smtp.Count.ShouldBe(0);
    }

    [Fact]
    public async Task The_link_leads_to_the_configured_console_whatever_host_was_asked()
    {
        await using var server = await Start(change: s => s with { ConsoleUrl = new("https://console.example.com") });
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server) { Headers = { ["X-Forwarded-Host"] = "evil.example.com" } };

        await Ask(browser, "ann");

        _smtp.Next().ShouldContain("https://console.example.com/signin/new-password?link=");
    }

    [Fact]
    public async Task Only_a_hash_of_the_link_is_stored()
    {
        await using var server = await Start();
        var account = await server.AddAccount("ann");

        var secret = await server
            .Services.GetRequiredService<AccountLinkStore>()
            .Add(account.Id, AccountLink.Reset, account.Email, CancellationToken.None);

        var stored = await server
            .Services.GetRequiredService<Database>()
            .Query<byte[]>($"SELECT secret_hash FROM account_links", CancellationToken.None);
        stored.Single().ShouldBe(secret!.Value.Hash());
    }

    [Fact]
    public async Task Without_mail_the_page_says_who_can_help()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);

        await browser.Open("/signin/forgot");

        browser.Text("main").ShouldContain("holdfast user reset-link NAME");
        browser.Page.QuerySelector("form").ShouldBeNull();
    }

    [Fact]
    public async Task A_site_administrator_makes_a_link_and_nobody_else_sees_the_page()
    {
        await using var server = await TestServer.Start();
        using var admin = new FormBrowser(server);
        await admin.SignUp("root");
        var ann = await server.AddAccount("ann");

        await admin.Open("/admin/accounts");
        await admin.Submit("reset-" + ann.Id);
        var link = admin.Text("#reset-link");
        using var browser = new FormBrowser(server);
        await browser.Open(new Uri(link).PathAndQuery);
        await browser.Submit("new-password", ("Password", Better));
        await browser.SignIn("ann", Better);
        browser.Path.ShouldBe("/");
        await browser.Open("/user/settings");
        browser.Page.QuerySelector(".facts .tag").ShouldBeNull("the link was passed on, which proves no mailbox");
        await browser.Open("/admin/accounts");

        browser.Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_address_is_verified_by_its_holder_and_by_nobody_else()
    {
        await using var server = await Start();
        await server.AddAccount("ann");
        await server.AddAccount("bob");
        using var ann = new FormBrowser(server);
        using var bob = new FormBrowser(server);
        await ann.SignIn("ann");
        await bob.SignIn("bob");
        await ann.Open("/user/settings");
        await ann.Submit("send-verification");
        var link = LinkIn(_smtp.Next(), server);

        await bob.Open(link);
        await bob.Submit("verify-email");
        bob.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await ann.Open("/user/settings");
        await ann.Submit("send-verification");
        await ann.Open(LinkIn(_smtp.Next(), server));
        await ann.Submit("verify-email");

        ann.Text("[role=status]").ShouldBe("ann@example.com is verified to be yours.");
        (
            await server.Services.GetRequiredService<AccountStore>().FindByLogin("bob", CancellationToken.None)
        )!.EmailVerified.ShouldBeFalse();
    }

    private Task<TestServer> Start(
        Engine engine = Engine.Sqlite,
        Func<Server.Settings.ServerSettings, Server.Settings.ServerSettings>? change = null
    ) => TestServer.Start(engine, s => (change?.Invoke(s) ?? s) with { Mail = MailTests.Of($"smtp://127.0.0.1:{_smtp.Port}") });

    private static async Task Ask(FormBrowser browser, string name)
    {
        await browser.Open("/signin/forgot");
        await browser.Submit("forgot", ("Name", name));
    }

    private static string LinkIn(string mail, TestServer server)
    {
        var link = Link().Match(mail.Replace("=\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal)).Value;
        link.ShouldStartWith(server.Settings.ConsoleUrl.AbsoluteUri);
        return new Uri(link).PathAndQuery;
    }

    [GeneratedRegex("https?://[^ ]+link=[0-9a-f]{64}", RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
