using Server.Tests.Stacks;
using Server.Tests.Updates;
using Support;

namespace Server.Tests.AuditLog;

/// <summary>What is written down of what people do.</summary>
public class AuditedTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Signing_in_and_out_and_what_fails_of_it_is_written_down(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        await browser.Submit("sign-out-menu");
        await browser.SignIn("ann", "wrong wrong wrong");
        await browser.SignIn("ann");
        using var ann = server.Client(await server.TokenOf(await Account(server)));

        var events = await Until(ann, "user-login-failed");

        events.ShouldContain("account-created");
        events.Count(e => e == "user-login").ShouldBe(2);
        events.ShouldContain("user-logout");
    }

    [Fact]
    public async Task Updates_imports_and_tags_are_written_down()
    {
        await using var test = await UpdateTest.Start();
        await test.Created("a");
        var running = await test.Begin();
        using var client = test.Server.Client(await test.Server.TokenOf(await Account(test.Server)));
        (await client.PostAsync($"/api/stacks/{UpdateTest.Stack}/update/{running.Id}/cancel", null)).EnsureSuccessStatusCode();
        (await client.Post($"/api/stacks/{UpdateTest.Stack}/tags", """{"name":"team","value":"a"}""")).EnsureSuccessStatusCode();
        (await client.Post($"/api/stacks/{UpdateTest.Stack}/import", await test.Export())).EnsureSuccessStatusCode();

        var events = (await AuditLogTests.List(client, "/api/orgs/ann/auditlogs"))
            .AuditLogEvents.Where(e => e.Event.StartsWith("stack-", StringComparison.Ordinal))
            .ToList();

        events
            .Select(e => e.Event)
            .ShouldBe([
                "stack-imported",
                "stack-tags-changed",
                "stack-update-completed",
                "stack-update-canceled",
                "stack-update-started",
                "stack-update-completed",
                "stack-update-started",
                "stack-created",
            ]);
        events[2].Description.ShouldBe("The update 2 of ann/web/dev was cancelled: it was cancelled by 'ann'");
    }

    private static async Task<Server.Accounts.Account> Account(TestServer server)
    {
        var accounts = (Server.Accounts.AccountStore)server.Services.GetService(typeof(Server.Accounts.AccountStore))!;
        return (await accounts.FindByLogin("ann", CancellationToken.None))!;
    }

    /// <summary>A failure is written down a moment after the answer.</summary>
    private static async Task<List<string>> Until(HttpClient client, string name)
    {
        for (var tries = 0; ; tries++)
        {
            var events = (await AuditLogTests.List(client, "/api/orgs/ann/auditlogs")).AuditLogEvents.Select(e => e.Event).ToList();
            if (events.Contains(name) || tries == 100)
            {
                events.ShouldContain(name);
                return events;
            }
            await Task.Delay(50);
        }
    }
}
