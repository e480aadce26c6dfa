using System.Net;
using System.Text.Json.Nodes;
using Support;

namespace Server.Tests.Updates.Pages;

public class UpdatePageTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_stacks_updates_and_previews_are_listed_with_what_they_did(Engine engine)
    {
        await using var test = await PagesTest.Start(engine);
        await test.Open("/updates");
        test.One(".lead").ShouldStartWith("This stack has never been updated.");
        var preview = await test.Begin("preview", dryRun: true);
        await preview.Events(Stock.Summary(0, ("create", 2)));
        await preview.Complete();
        var first = await test.Begin(message: "first <b>deploy</b>");
        await first.Events(Stock.Summary(0, ("create", 2), ("create-replacement", 1), ("replace", 1), ("delete-replaced", 1), ("same", 3)));
        await first.Complete();
        var destroy = await test.Begin("destroy");

        await test.Open("/updates");

        test.All(".updates .what").ShouldBe(["Destroy 2 running", "Update 1 succeeded +2 created ±1 replaced =3 unchanged"]);
        test.One(".updates .message").ShouldBe("first <b>deploy</b>");
        test.All(".updates .about")[1].ShouldContain("Commit abc");
        await test.Open("/updates?show=previews");
        test.All(".updates .what").ShouldBe(["Preview succeeded +2 to create"]);
        test.Browser.Page.QuerySelector(".updates a")!.GetAttribute("href").ShouldBe($"/{PagesTest.Stack}/previews/{preview.Id}");
        await destroy.Complete();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_addresses_that_the_CLI_prints_answer_to_those_who_may_see_the_stack_and_to_no_one_else(Engine engine)
    {
        await using var test = await PagesTest.Start(engine);
        var preview = await test.Begin("preview", dryRun: true);
        await preview.Complete();
        foreach (var kind in new[] { "update", "refresh", "destroy" })
        {
            await (await test.Begin(kind)).Complete();
        }
        (await test.Ann.Import(PagesTest.Stack, Stock.Untyped(Stock.Deployment(Stock.Resource("a"))))).Expect();
        string[] addresses = ["/updates/1", "/updates/2", "/updates/3", "/updates/4", "/previews/" + preview.Id];
        using var bob = new FormBrowser(test.Server);
        await bob.SignUp("bob");
        using var stranger = new FormBrowser(test.Server);

        var titles = new List<string>();
        foreach (var address in addresses)
        {
            await test.Open(address);
            test.Browser.Status.ShouldBe(HttpStatusCode.OK);
            titles.Add(test.One(".summary-of-update h2"));
            foreach (var below in new[] { "", "/live", "/state", "/rollback" })
            {
                await bob.Open($"/{PagesTest.Stack}{address}{below}");
                bob.Status.ShouldBe(HttpStatusCode.NotFound);
            }
            await stranger.Open($"/{PagesTest.Stack}{address}");
            stranger.Path.ShouldStartWith("/signin");
        }

        titles.ShouldBe(["Update 1 succeeded", "Refresh 2 succeeded", "Destroy 3 succeeded", "Import 4 succeeded", "Preview succeeded"]);
        foreach (var missing in new[] { "/updates/5", "/updates/0", "/updates/x", "/previews/x", "/updates/" + preview.Id })
        {
            await test.Open(missing);
            test.Browser.Status.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Changes_are_shown_per_resource_failed_first_with_what_differs(Engine engine)
    {
        await using var test = await PagesTest.Start(engine);
        var run = await test.Begin();
        await run.Events(
            StockEvents.Begin(0, "same", "still"),
            StockEvents.End(1, "same", "still"),
            StockEvents.Begin(2, "create", "fresh"),
            StockEvents.End(3, "create", "fresh", now: """{"inputs":{"size":1},"outputs":{}}"""),
            StockEvents.Begin(4, "update", "broken"),
            StockEvents.Failed(5, "update", "broken", """{"inputs":{"size":1}}""", """{"inputs":{"size":2}}"""),
            StockEvents.Said(6, "error", "<{%fg 1%}>it<{%reset%}> broke", Stock.Urn("broken")),
            StockEvents.Begin(7, "delete", "stuck"),
            Stock.Summary(8, ("same", 1), ("create", 1))
        );
        await run.Complete("failed");

        await test.Open("/updates/1");

        test.One("#update-counts").ShouldBe("!1 failed …1 not finished +1 created =1 unchanged");
        test.All(".changes .head")
            .ShouldBe([
                "! broken web:index:Thing updating failed 1 s",
                "− stuck web:index:Thing deleting, not finished",
                "+ fresh web:index:Thing created 1 s",
            ]);
        test.All(".changes li:first-child .diff > *").ShouldBe(["size: 1 → 2"]);
        test.One(".errors .said").ShouldBe("it broke");
        test.One(".errors .red").ShouldBe("it");
        await test.Open("/updates/1?only=all&q=still");
        test.All(".changes .head").ShouldBe(["= still web:index:Thing unchanged 1 s"]);
        await test.Open("/updates/1?show=diagnostics");
        test.One(".about-resource").ShouldBe("broken");
        await test.Browser.Open(test.Browser.Page.QuerySelector(".about-resource a")!.GetAttribute("href")!);
        test.All(".changes .head").ShouldBe(["! broken web:index:Thing updating failed 1 s"]);
        await test.Open("/updates/1?show=timeline");
        test.All(".timeline tbody tr").Count.ShouldBe(4);
        await test.Open("/updates/1?show=configuration");
        test.All(".values dt, .values dd").ShouldBe(["web:port", "80"]);
    }

    [Fact]
    public async Task A_page_holds_fifty_resources_and_leads_to_the_others()
    {
        await using var test = await PagesTest.Start();
        var run = await test.Begin();
        await run.Events([.. Enumerable.Range(0, 120).Select(i => StockEvents.End(i, "create", $"r{i}", now: """{"inputs":{"a":1}}"""))]);
        await run.Complete();

        await test.Open("/updates/1");
        test.All(".changes > li").Count.ShouldBe(50);
        await test.Browser.Open(test.Browser.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        await test.Browser.Open(test.Browser.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);

        test.All(".changes .name bdi").Where(n => n.StartsWith('r')).ShouldBe(Enumerable.Range(100, 20).Select(i => "r" + i));
        test.All(".changes li:first-child .diff > *").ShouldBe(["a: 1"]);
    }

    [Fact]
    public async Task Whoever_looks_sees_who_runs_an_update_and_may_cancel_it()
    {
        await using var test = await PagesTest.Start();
        var run = await test.Begin();

        await test.Open("/updates/1");
        test.One(".cancel p").ShouldStartWith("ann runs this from ");
        await test.Browser.Submit("cancel");

        (test.Browser.Status, test.Browser.Path).ShouldBe((HttpStatusCode.OK, "/ann/web/dev/updates/1"));
        test.One(".summary-of-update h2").ShouldBe("Update 1 cancelled");
        test.One(".summary-of-update .notice").ShouldStartWith("This update was cancelled by 'ann'.");
        (await run.TryComplete()).Code.ShouldBe(409);
    }

    [Fact]
    public async Task What_strangers_wrote_is_shown_as_text_and_only_web_addresses_become_links()
    {
        await using var test = await PagesTest.Start();
        const string evil = "<img src=x onerror=alert(1)>\u202Eevil";
        var program = StockRun.Program(dryRun: false, evil);
        program["metadata"]!["environment"] = new JsonObject
        {
            ["git.head"] = evil,
            ["git.headName"] = evil,
            ["vcs.kind"] = "evil.com/@x",
            ["vcs.owner"] = "a",
            ["vcs.repo"] = "b",
            ["ci.system"] = evil,
            ["ci.build.url"] = "javascript:alert(1)",
            [evil] = evil,
        };
        program["config"]![evil] = new JsonObject
        {
            ["string"] = """{"a":{"secure":"CIPHER"},"b":["<script>"]}""",
            ["secret"] = true,
            ["object"] = true,
        };
        program["config"]!["web:pw"] = new JsonObject
        {
            ["string"] = "CIPHER",
            ["secret"] = true,
            ["object"] = false,
        };
        var id = (await test.Ann.Post($"{StockClient.Stack(PagesTest.Stack)}/update", program)).Expect().Json[
            "updateID"
        ]!.GetValue<string>();
        var run = await StockRun.Of(test.Ann, PagesTest.Stack, id);
        var large = new string('x', 1_000_000);
        await run.Events(
            StockEvents.End(
                0,
                "create",
                evil,
                now: new JsonObject
                {
                    ["inputs"] = new JsonObject { [evil] = large, ["rtl"] = "شجرة" },
                }.ToJsonString()
            ),
            StockEvents.Said(1, "error", evil + large, Stock.Urn(evil))
        );
        await run.Complete("failed");

        foreach (var part in new[] { "", "?show=diagnostics", "?show=timeline", "?show=configuration", "?show=environment" })
        {
            await test.Open("/updates/1" + part);

            test.Browser.Page.QuerySelectorAll("main img").ShouldBeEmpty();
            test.Browser.Page.QuerySelectorAll("main script").ShouldBeEmpty();
            test.Browser.Page.QuerySelectorAll("main a[rel]").ShouldBeEmpty();
            test.Browser.Page.Body!.TextContent.ShouldNotContain("CIPHER");
            (await test.Browser.Response.Content.ReadAsStringAsync()).Length.ShouldBeLessThan(60_000);
        }
        await test.Open("/updates/1");
        test.Browser.Page.Body!.TextContent.ShouldContain("<img src=x onerror=alert(1)>");
        await test.Open("/updates");
        test.One(".updates .message").ShouldBe(evil);
    }

    [Fact]
    public async Task Commits_pulls_and_builds_are_linked()
    {
        await using var test = await PagesTest.Start();
        var program = StockRun.Program(dryRun: false);
        program["metadata"]!["environment"] = new JsonObject
        {
            ["git.head"] = "0123456789abcdef",
            ["vcs.kind"] = "github.com",
            ["vcs.owner"] = "acme",
            ["vcs.repo"] = "shop",
            ["ci.pr.number"] = "7",
            ["ci.system"] = "GitHub",
            ["ci.build.id"] = "9",
            ["ci.build.url"] = "https://github.com/acme/shop/actions/runs/9",
        };
        var id = (await test.Ann.Post($"{StockClient.Stack(PagesTest.Stack)}/update", program)).Expect().Json[
            "updateID"
        ]!.GetValue<string>();
        await (await StockRun.Of(test.Ann, PagesTest.Stack, id)).Complete();

        await test.Open("/updates/1");

        test.Browser.Page.QuerySelectorAll(".summary-of-update a[rel]")
            .Select(a => a.GetAttribute("href"))
            .ShouldBe([
                "https://github.com/acme/shop/commit/0123456789abcdef",
                "https://github.com/acme/shop/pull/7",
                "https://github.com/acme/shop/actions/runs/9",
            ]);
    }
}
