using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Server.Accounts;
using Server.Data;
using Server.Sessions;
using Server.Tests.Stacks;
using Support;

namespace Server.Tests.Accounts;

/// <summary>What the administrators of the service do for accounts of others.</summary>
public class AdministrationTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Factors_that_are_lost_are_removed_and_every_login_ends(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var admin = await Root(server);
        var ann = await server.AddAccount("ann");
        using var browser = new FormBrowser(server);
        await browser.SignIn("ann");
        await server
            .Services.GetRequiredService<Database>()
            .Execute(
                $"INSERT INTO totp_seeds (account_id, seed, confirmed, last_step, created_ms, last_used_ms) VALUES ({ann.Id}, {new byte[8]}, TRUE, 0, 1, 1)",
                CancellationToken.None
            );
        using var locked = new FormBrowser(server);
        await locked.SignIn("ann");
        locked.Path.ShouldStartWith("/signin", customMessage: "the second factor is asked for");

        await admin.Open("/admin/accounts/ann");
        admin.Text(".facts").ShouldContain("1 authenticator app, 0 passkeys");
        await admin.Submit("remove-factors");
        admin.Text("[role=status]").ShouldBe("ann has no second factors any more.");
        admin.Text(".facts").ShouldContain("none");

        await browser.Open("/");
        browser.Path.ShouldBe("/signin");
        await browser.SignIn("ann");
        browser.Path.ShouldBe("/");
        (await Log(server)).ShouldContain(
            "The second factors of ann were removed by an administrator; all sessions and command-line logins ended"
        );
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Administrators_are_made_and_unmade_and_one_stays(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var admin = await Root(server);
        await server.AddAccount("ann");
        await admin.Open("/admin/accounts/root");
        await admin.Submit("site-admin", ("On", "false"));
        admin.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        admin.Text("main").ShouldContain("somebody has to administer the service");

        await admin.Open("/admin/accounts/ann");
        await admin.Submit("site-admin", ("On", "true"));
        admin.Text("[role=status]").ShouldBe("ann administers the service.");
        using var ann = new FormBrowser(server);
        await ann.SignIn("ann");
        await ann.Open("/admin/accounts/root");
        await ann.Submit("site-admin", ("On", "false"));
        await admin.Open("/admin/accounts");
        admin.Status.ShouldBe(HttpStatusCode.Forbidden);
        await admin.Open("/admin/accounts/ann");
        admin.Status.ShouldBe(HttpStatusCode.Forbidden);
        await ann.Open("/admin/accounts/ann");
        await ann.Submit("site-admin", ("On", "false"));
        ann.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Two_administrators_who_unmake_each_other_at_once_do_not_both_succeed()
    {
        foreach (var engine in new[] { Engine.Sqlite, Engine.PostgreSql })
        {
            await using var server = await TestServer.Start(engine);
            var (root, ann) = (await server.AddAccount("root"), await server.AddAccount("ann"));
            var administration = server.Services.GetRequiredService<AccountAdministration>();
            (await administration.SetSiteAdmin(ann, true, new(root.Id, null, ""), CancellationToken.None)).ShouldBeTrue();

            var done = await Task.WhenAll(
                administration.SetSiteAdmin(ann, false, new(root.Id, null, ""), CancellationToken.None),
                administration.SetSiteAdmin(root, false, new(ann.Id, null, ""), CancellationToken.None)
            );

            done.Count(d => d).ShouldBe(1);
        }
    }

    [Fact]
    public async Task Machines_are_listed_apart_and_logins_are_ended()
    {
        await using var server = await TestServer.Start();
        using var admin = await Root(server);
        using var ann = await server.ClientOf("ann");
        (await ann.Post("/api/orgs/ann/tokens", """{"name":"ci"}""")).EnsureSuccessStatusCode();
        using var browser = new FormBrowser(server);
        await browser.SignIn("ann");

        await admin.Open("/admin/accounts?kind=machines");
        admin.Text("tbody").ShouldContain("ann/ci");
        await admin.Open("/admin/accounts");
        admin.Text("tbody").ShouldNotContain("ann/ci");
        await admin.Open("/admin/accounts/ann");
        await admin.Submit("end-logins");
        await browser.Open("/");

        browser.Path.ShouldBe("/signin");
        (await ann.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK, "tokens go on");
        await admin.Open("/admin/accounts/ann%2Fci");
        admin.Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_account_has_fifty_sessions_at_most_and_the_one_that_rested_longest_ends()
    {
        await using var server = await TestServer.Start();
        var ann = await server.AddAccount("ann");
        using var first = new FormBrowser(server);
        await first.SignIn("ann");
        var sessions = server.Services.GetRequiredService<SessionStore>();

        for (var i = 0; i < Session.MostAtOnce; i++)
        {
            server.Clock.Advance(TimeSpan.FromMinutes(1));
            await sessions.Start(ann.Id, "127.0.0.1", "test", factor: false, CancellationToken.None);
        }

        (await sessions.List(ann.Id, CancellationToken.None)).Count.ShouldBe(Session.MostAtOnce);
        await first.Open("/");
        first.Path.ShouldBe("/signin");
    }

    private static async Task<FormBrowser> Root(TestServer server)
    {
        var admin = new FormBrowser(server);
        await admin.SignUp("root");
        return admin;
    }

    private static Task<List<string>> Log(TestServer server) =>
        server.Services.GetRequiredService<Database>().Query<string>($"SELECT description FROM audit_events", CancellationToken.None);
}
