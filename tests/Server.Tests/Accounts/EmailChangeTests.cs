using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Server.Accounts;
using Server.Tests.Mail;
using Support;

namespace Server.Tests.Accounts;

public sealed partial class EmailChangeTests : IDisposable
{
    private readonly SmtpListener _smtp = new();

    public void Dispose() => _smtp.Dispose();

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_address_changes_when_its_mailbox_has_been_shown_to_be_there_and_the_former_one_is_told(Engine engine)
    {
        await using var server = await Start(engine);
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);
        await browser.SignIn("ann");

        await browser.Open("/user/settings/email");
        await browser.Submit("email", ("Email", "Ann.Lee@new.example"));
        browser.Text("[role=status]").ShouldContain("A mail is on its way to Ann.Lee@new.example");
        (await Account(server, "ann")).Email.ShouldBe("ann@example.com", "not before the link has been opened");
        var mail = _smtp.Next();
        await browser.Open(LinkIn(mail, server));
        await browser.Submit("confirm-email");

        browser.Text("[role=status]").ShouldBe("Ann.Lee@new.example is the address of your account from now on.");
        var account = await Account(server, "ann");
        (account.Email, account.EmailVerified).ShouldBe(("Ann.Lee@new.example", true));
        var told = _smtp.Next();
        told.ShouldContain("ann@example.com");
        told.ShouldContain("Ann.Lee@new.example");
        await browser.Open(LinkIn(mail, server));
        await browser.Submit("confirm-email");
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, "a link works once");
        using var other = new FormBrowser(server);
        await other.SignIn("ann.lee@new.example");
        other.Path.ShouldBe("/", "one signs in with the new address");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Nobody_gets_anothers_address_and_nobody_else_uses_the_link(Engine engine)
    {
        await using var server = await Start(engine);
        await server.AddAccount("ann");
        await server.AddAccount("bob");
        using var ann = new FormBrowser(server);
        using var bob = new FormBrowser(server);
        await ann.SignIn("ann");
        await bob.SignIn("bob");

        await ann.Open("/user/settings/email");
        await ann.Submit("email", ("Email", "BOB@example.com"));
        await ann.Open(LinkIn(_smtp.Next(), server));
        await ann.Submit("confirm-email");
        ann.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        ann.Text("main").ShouldContain("Another account has the address");
        await ann.Open("/user/settings/email");
        await ann.Submit("email", ("Email", "new@example.com"));
        await bob.Open(LinkIn(_smtp.Next(), server));
        await bob.Submit("confirm-email");
        bob.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        (await Account(server, "ann")).Email.ShouldBe("ann@example.com");
        (await Account(server, "bob")).Email.ShouldBe("bob@example.com");
    }

    [Fact]
    public async Task Links_to_the_former_mailbox_end_with_the_change()
    {
        await using var server = await Start();
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);
        await browser.Open("/signin/forgot");
        await browser.Submit("forgot", ("Name", "ann"));
        var reset = LinkIn(_smtp.Next(), server);
        await browser.SignIn("ann");
        await browser.Open("/user/settings/email");
        await browser.Submit("email", ("Email", "new@example.com"));
        await browser.Open(LinkIn(_smtp.Next(), server));
        await browser.Submit("confirm-email");

        await browser.Open(reset);

        browser.Text("h1").ShouldBe("This link is no longer good");
    }

    [Fact]
    public async Task Without_mail_it_changes_at_once_and_is_not_verified_and_only_with_a_fresh_proof()
    {
        await using var server = await TestServer.Start();
        await server.AddAccount("ann");
        await server.AddAccount("bob");
        using var browser = new FormBrowser(server);
        await browser.SignIn("ann");
        await browser.Open("/user/settings/email");
        await browser.Submit("email", ("Email", "bob@example.com"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.Submit("email", ("Email", "nonsense"));
        browser.Text("main").ShouldContain("'nonsense' is not an e-mail address.");
        await browser.Submit("email", ("Email", "new@example.com"));
        browser.Text(".facts").ShouldContain("new@example.com");
        (await Account(server, "ann")).EmailVerified.ShouldBeFalse();

        server.Clock.Advance(TimeSpan.FromMinutes(16));
        await browser.Open("/user/settings/email");

        browser.Path.ShouldStartWith("/user/settings/confirm");
    }

    private Task<TestServer> Start(Engine engine = Engine.Sqlite) =>
        TestServer.Start(engine, s => s with { Mail = MailTests.Of($"smtp://127.0.0.1:{_smtp.Port}") });

    private static async Task<Account> Account(TestServer server, string login) =>
        (await server.Services.GetRequiredService<AccountStore>().FindByLogin(login, CancellationToken.None))!;

    private static string LinkIn(string mail, TestServer server)
    {
        var link = Link().Match(mail.Replace("=\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal)).Value;
        link.ShouldStartWith(server.Settings.ConsoleUrl.AbsoluteUri);
        return new Uri(link).PathAndQuery;
    }

    [GeneratedRegex("https?://[^ ]+link=[0-9a-f]{64}", RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
