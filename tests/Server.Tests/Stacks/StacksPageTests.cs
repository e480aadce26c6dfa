using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Server.Accounts;
using Support;

namespace Server.Tests.Stacks;

public class StacksPageTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_page_of_an_organization_lists_searches_and_sorts_its_stacks(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        await browser.Open("/ann");
        browser.Text("#init-line").ShouldBe("pulumi stack init ann/dev");
        using var ann = server.Client(await server.TokenOf(await Account(server, "ann")));
        await ann.CreateStack("ann/web/dev", """{"env":"<script>alert(1)</script>"}""");
        await ann.CreateStack("ann/web_2/prod");
        await ann.CreateStack("ann/api/dev");

        await browser.Open("/ann");
        Names(browser).ShouldBe(["api/dev", "web/dev", "web_2/prod"]);
        browser.Text(".tag").ShouldBe("env: <script>alert(1)</script>");
        await browser.Open("/ann?q=WEB");
        Names(browser).ShouldBe(["web/dev", "web_2/prod"]);
        await browser.Open("/ann?q=_2&sort=updated");
        Names(browser).ShouldBe(["web_2/prod"]);
        await browser.Open("/ann?q=%25");
        browser.Text(".empty").ShouldStartWith("No stack's name contains “%”.");
        await browser.Open("/ann?page=99&sort=resources");
        Names(browser).Length.ShouldBe(3);
        await browser.Open("/");
        Names(browser).ShouldBe(["ann/api/dev", "ann/web/dev", "ann/web_2/prod"]);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Stacks_are_grouped_by_project_or_by_a_tag_over_pages(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        using var ann = server.Client(await server.TokenOf(await Account(server, "ann")));
        await ann.CreateStack("ann/web/dev", """{"env":"test"}""");
        await ann.CreateStack("ann/web/prod", """{"env":"live"}""");
        await ann.CreateStack("ann/api/dev", """{"env":"test","team":"core"}""");
        for (var n = 10; n < 60; n++)
        {
            await ann.CreateStack($"ann/zoo/s{n}");
        }

        await browser.Open("/ann?group=project");
        Groups(browser).ShouldBe(["api 1", "web 2", "zoo 50"]);
        await browser.Open(browser.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        Groups(browser).ShouldBe(["zoo 50"]);
        Names(browser).ShouldBe(["zoo/s57", "zoo/s58", "zoo/s59"]);
        await browser.Open("/ann?group=tag:env");
        browser
            .Page.QuerySelectorAll("select[name=group] option")
            .Select(o => o.TextContent)
            .ShouldBe(["No groups", "By project", "env", "team"]);
        browser.Page.QuerySelector("select[name=group] option[selected]")!.TextContent.ShouldBe("env");
        Groups(browser).ShouldBe(["env: live 1", "env: test 2", "env: none 50"]);
        Names(browser)[..3].ShouldBe(["web/prod", "api/dev", "web/dev"]);
        await browser.Open("/ann/web?group=tag:env&q=dev");
        Groups(browser).ShouldBe(["env: test 1"]);
    }

    [Fact]
    public async Task A_page_follows_the_other_and_strangers_see_none()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        using var ann = server.Client(await server.TokenOf(await Account(server, "ann")));
        for (var n = 10; n < 62; n++)
        {
            await ann.CreateStack($"ann/web/s{n}");
        }

        await browser.Open("/ann");
        Names(browser).Length.ShouldBe(50);
        await browser.Open(browser.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        Names(browser).ShouldBe(["web/s60", "web/s61"]);
        using var bob = new FormBrowser(server);
        await bob.SignUp("bob");
        await bob.Open("/ann");
        bob.Text("h1").ShouldBe("There is nothing here");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_dashboard_puts_what_runs_first_then_what_failed(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        using var ann = new StockClient(server.Client(), await server.TokenOf(await Account(server, "ann")));
        foreach (var name in new[] { "ann/a/fails", "ann/b/runs", "ann/c/works" })
        {
            await ann.CreateStack(name);
        }
        await (await StockRun.Begin(ann, "ann/a/fails", "update", false)).Complete("failed");
        await StockRun.Begin(ann, "ann/b/runs", "update", false);
        await (await StockRun.Begin(ann, "ann/c/works", "update", false)).Complete();

        await browser.Open("/");

        Names(browser).ShouldBe(["ann/b/runs", "ann/a/fails", "ann/c/works"]);
        browser.Page.QuerySelectorAll(".result").Select(r => r.TextContent).ShouldBe(["running", "failed", "succeeded"]);
    }

    private static async Task<Account> Account(TestServer server, string login)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByNameAsync(login))!;
    }

    private static string[] Names(FormBrowser browser) =>
        [
            .. browser
                .Page.QuerySelectorAll(".stacks tbody tr:not(.group)")
                .Select(r => r.QuerySelector(".project")!.TextContent + r.QuerySelector("strong")!.TextContent),
        ];

    private static string[] Groups(FormBrowser browser) =>
        [
            .. browser
                .Page.QuerySelectorAll("tr.group th")
                .Select(h => string.Join(' ', h.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))),
        ];
}
