using System.Net;
using Support;

namespace Server.Tests.Security;

/// <summary>Fields that a form does not have.</summary>
public class MassAssignmentTests
{
    [Fact]
    public async Task Mass_assignment_nobody_signs_up_as_an_administrator_or_with_an_address_that_counts_as_his()
    {
        await using var server = await TestServer.Start();
        await server.AddAccount("root");
        using var browser = new FormBrowser(server);

        await browser.Open("/signup");
        await browser.Submit(
            "sign-up",
            ("Login", "mallory"),
            ("Email", "mallory@example.com"),
            ("Password", TestServer.Password),
            ("SiteAdmin", "true"),
            ("site_admin", "1"),
            ("EmailVerified", "true"),
            ("account.SiteAdmin", "true")
        );

        await browser.Open("/user/settings");
        browser.Text(".facts dd").ShouldBe("mallory");
        browser.Text(".facts .tag").ShouldNotBe("verified");
        await browser.Open("/admin/accounts");
        browser.Status.ShouldBe(HttpStatusCode.Forbidden);
    }
}
