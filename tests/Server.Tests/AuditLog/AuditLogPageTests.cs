using System.Net;
using Server.Tests.Stacks;
using Support;

namespace Server.Tests.AuditLog;

public class AuditLogPageTests
{
    [Fact]
    public async Task The_page_shows_filters_verifies_and_downloads_the_log()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        var accounts = (Server.Accounts.AccountStore)server.Services.GetService(typeof(Server.Accounts.AccountStore))!;
        using var ann = server.Client(await server.TokenOf((await accounts.FindByLogin("ann", CancellationToken.None))!));
        await ann.CreateStack("ann/web/dev");

        await browser.Open("/ann/settings/audit-logs");
        browser.Text("tbody").ShouldContain("Stack created");
        await browser.Open("/ann/settings/audit-logs?event=user-login&user=ann");
        browser.Page.QuerySelectorAll("tbody tr").Length.ShouldBe(1);
        await browser.Open("/ann/settings/audit-logs?from=2000-01-01&to=2000-01-02");
        browser.Text(".empty").ShouldContain("Nothing fits.");
        await browser.Open("/ann/settings/audit-logs?verify=yes");
        browser.Text(".notice").ShouldContain("events is as it was written");
        await browser.Open("/ann/settings/audit-logs/export?format=csv");
        browser.Response.Content.Headers.ContentDisposition!.FileName!.Trim('"').ShouldBe("audit-ann.csv");
    }

    [Fact]
    public async Task To_a_stranger_the_log_does_not_exist()
    {
        await using var server = await TestServer.Start();
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);
        await browser.SignUp("bob");

        await browser.Open("/ann/settings/audit-logs");
        browser.Status.ShouldBe(HttpStatusCode.NotFound);
        await browser.Open("/ann/settings/audit-logs/export");
        browser.Status.ShouldBe(HttpStatusCode.NotFound);
        await browser.Open("/ann/settings/webhooks");
        browser.Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
