using System.Net;
using Support;

namespace Server.Tests.Stacks;

public class StackFrameTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_stack_has_a_page_that_says_where_it_belongs_and_leads_to_its_parts(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var browser = new FormBrowser(server);
        await browser.SignIn("ann");
        var name = new string('a', 60) + new string('z', 40);
        await ann.CreateStack("ann/web/" + name);

        await browser.Open("/ann/web");
        await browser.Open(browser.Page.QuerySelector("a.name")!.GetAttribute("href")!);

        browser.Path.ShouldBe("/ann/web/" + name);
        browser.Text("title").ShouldBe($"Overview · ann/web/{name} · Holdfast");
        browser.Text("h1").ShouldBe(new string('a', 29) + "…" + new string('z', 30));
        browser.Page.QuerySelectorAll(".crumbs li").Select(c => c.TextContent.Trim()[..3]).ShouldBe(["ann", "web", "aaa"]);
        browser.Text("nav[aria-label=Stack] [aria-current=page]").ShouldBe("Overview");
        browser.Text("#select-line").ShouldBe("pulumi stack select ann/web/" + name);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_foreign_stack_and_one_that_does_not_exist_look_alike(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        using var bob = new FormBrowser(server);
        await bob.SignUp("bob");

        var pages = new List<string>();
        foreach (var name in new[] { "dev", "nil" })
        {
            await bob.Open("/ann/web/" + name);
            bob.Status.ShouldBe(HttpStatusCode.NotFound);
            pages.Add(bob.Text("main").Replace(bob.Text("code"), "", StringComparison.Ordinal)); // the code is the request's id
        }
        pages[1].ShouldBe(pages[0]);
        bob.Text("h1").ShouldBe("There is nothing here");
        await bob.Open("/ann/web");
        bob.Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_starred_stack_comes_first_on_the_dashboard_of_who_starred_it(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var browser = new FormBrowser(server);
        await browser.SignIn("ann");
        await ann.CreateStack("ann/web/dev");

        await browser.Open("/ann/web/dev?a=%22b");
        await browser.Submit("star", ("Star", "yes"));
        browser.Path.ShouldBe("/ann/web/dev?a=%22b");
        browser.Page.QuerySelector("button[name=Star]")!.GetAttribute("aria-pressed").ShouldBe("true");
        await browser.Open("/");
        browser.Text("h2").ShouldBe("Starred");
        browser.Text("table strong").ShouldBe("dev");
        await browser.Open("/ann/web/dev");
        await browser.Submit("star", ("Star", "no"));
        await browser.Open("/");
        browser.Text("h2").ShouldStartWith("What runs");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_former_name_leads_to_the_stack_as_it_is_called_now(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var browser = new FormBrowser(server);
        await browser.SignIn("ann");
        await ann.CreateStack("ann/web/dev");
        (await ann.Post("/api/stacks/ann/web/dev/rename", """{"newName":"prod","newProject":"shop"}""")).EnsureSuccessStatusCode();

        await browser.Open("/ann/web/dev?a=b");

        browser.Path.ShouldBe("/ann/shop/prod?a=b");
        browser.Status.ShouldBe(HttpStatusCode.OK);
    }

    [
        Theory,
        InlineData("/api/x/y"),
        InlineData("/api/x"),
        InlineData("/oauth/x/y"),
        InlineData("/user/x/y"),
        InlineData("/api/x/y/state.json")
    ]
    public async Task An_unknown_address_of_the_service_is_no_stack(string path)
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);

        await browser.Open(path);

        (browser.Status, browser.Path).ShouldBe((HttpStatusCode.NotFound, path));
        var type = browser.Response.Content.Headers.ContentType!.MediaType;
        type.ShouldBe(path.StartsWith("/api/", StringComparison.Ordinal) ? "application/json" : "text/html");
    }

    [Theory]
    [InlineData("abcdefghij", 10, "abcdefghij")]
    [InlineData("abcdefghijk", 10, "abcd…ghijk")]
    [InlineData("aaa🦀bbbbbb🦀ccc", 9, "aaa…ccc")]
    public void A_long_name_loses_its_middle(string text, int most, string expected) =>
        Server.Console.ShortText.Of(text, most).ShouldBe(expected);
}
