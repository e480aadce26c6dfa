using System.Diagnostics;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Server.Organizations;
using Server.Tests.Organizations;
using Support;

namespace Server.Tests.Security;

/// <summary>What a stranger can find out about who has an account.</summary>
[Collection<Alone>]
public class EnumerationTests
{
    [Fact]
    public async Task Enumeration_by_time_an_unknown_and_a_locked_account_cost_a_comparison_of_passwords_too()
    {
        await using var server = await TestServer.Start();
        // So slow that nothing else of a sign-in matters beside it.
        server.Services.GetRequiredService<IOptions<PasswordHasherOptions>>().Value.IterationCount = 400_000;
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);

        var unknown = await Quickest(browser, "nobody");
        var wrong = await Quickest(browser, "ann");
        await Quickest(browser, "ann"); // which locks it
        var locked = await Quickest(browser, "ann");

        unknown.ShouldBeGreaterThan(wrong / 4);
        locked.ShouldBeGreaterThan(wrong / 4);
    }

    [Fact]
    public async Task Enumeration_by_invitations_an_unknown_a_spent_and_a_revoked_one_look_alike()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);
        var made = await people["ada"].PostAsync("/api/orgs/acme/invites/link", new StringContent("""{"role":"member"}"""));
        var link = System
            .Text.Json.JsonDocument.Parse(await made.Content.ReadAsStringAsync())
            .RootElement.GetProperty("acceptInviteUrl")
            .GetString()!;
        using var eve = new FormBrowser(server);
        using var root = new FormBrowser(server);
        await eve.SignIn("eve");
        await root.SignIn("root");
        await eve.Open(new Uri(link).PathAndQuery);
        await eve.Submit("accept");

        await root.Open(new Uri(link).PathAndQuery);
        var (spent, status) = (root.Text("main"), root.Status);
        await root.Open("/invites/" + new string('a', 64));

        (root.Text("main"), root.Status).ShouldBe((spent, status));
        spent.ShouldNotContain("acme");
    }

    [Fact]
    public async Task Enumeration_by_single_sign_on_an_organization_without_it_looks_like_one_that_does_not_exist()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);
        using var stranger = server.Client();

        foreach (
            var path in new[]
            {
                "/login/{0}/sso/oidc",
                "/login/{0}/sso/oidc/callback",
                "/login/{0}/sso/saml",
                "/login/{0}/sso/saml/metadata",
                "/signin/sso/{0}/reauth",
            }
        )
        {
            var there = await stranger.GetAsync(path.Replace("{0}", "acme", StringComparison.Ordinal));
            var not = await stranger.GetAsync(path.Replace("{0}", "nope", StringComparison.Ordinal));

            there.StatusCode.ShouldBe(not.StatusCode, path);
            there.Headers.Location.ShouldBe(not.Headers.Location, path);
            (await Told(there)).ShouldBe((await Told(not)).Replace("nope", "acme", StringComparison.Ordinal), path);
        }
    }

    /// <summary>But for the number of the request.</summary>
    private static async Task<string> Told(HttpResponseMessage answer) =>
        (await answer.Content.ReadAsStringAsync()).Replace(
            answer.Headers.GetValues("X-Pulumi-Request-ID").Single(),
            "",
            StringComparison.Ordinal
        );

    private static async Task<TimeSpan> Quickest(FormBrowser browser, string login)
    {
        var quickest = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            await browser.Open("/signin");
            var start = Stopwatch.GetTimestamp();
            await browser.Submit("sign-in", ("Name", login), ("Password", "wrong password"));
            var took = Stopwatch.GetElapsedTime(start);
            quickest = took < quickest ? took : quickest;
        }
        return quickest;
    }
}
