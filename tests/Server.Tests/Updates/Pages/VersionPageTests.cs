using System.Net;
using System.Text.Json.Nodes;
using Support;

namespace Server.Tests.Updates.Pages;

/// <summary>Comparing versions, going back to one, downloading one.</summary>
public class VersionPageTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Any_two_versions_are_compared(Engine engine)
    {
        await using var test = await PagesTest.Start(engine);
        await Import(test, Stock.Resource("kept"), Stock.Resource("gone"), Sized("changed", 1));
        await Import(test, Stock.Resource("kept"), Sized("changed", 2), Stock.Resource("new"));

        await test.Open("/updates/compare?from=1&to=2");

        test.One(".counts").ShouldBe("+1 added ~1 changed −1 removed =1 unchanged");
        test.All(".changes .head")
            .ShouldBe(["~ changed web:index:Thing changed", "+ new web:index:Thing added", "− gone web:index:Thing removed"]);
        test.All(".changes li:first-child .diff > *").ShouldBe(["outputs:", "size: 1 → 2"]);
        await test.Open("/updates/compare?from=2&to=0");
        test.One(".counts").ShouldBe("−3 removed");
        await test.Open("/updates/compare?from=2&to=2");
        test.One(".empty").ShouldBe("They have the same resources in the same way.");
        await test.Open("/updates/compare?from=1&to=3");
        (test.Browser.Status, test.One(".bad")).ShouldBe((HttpStatusCode.BadRequest, "Versions of this stack are numbers from 0 to 2."));
        await test.Open("/updates/compare");
        test.One(".counts").ShouldStartWith("+1 added");
    }

    [Fact]
    public async Task Versions_that_updates_saved_are_compared_with_imports()
    {
        await using var test = await PagesTest.Start();
        await Import(test, Stock.Resource("gateway"), Stock.Resource("assets"), Stock.Resource("worker"));
        var run = await test.Begin();
        (await run.Verbatim(Stock.Untyped(Stock.Deployment(Stock.Resource("gateway"), Stock.Resource("queue"))), 1)).Expect();
        await run.Complete("failed");
        await (await test.Begin()).Complete();
        await Import(test, Stock.Resource("gateway", outputs: new JsonObject { ["url"] = "https://example.com" }));

        await test.Open("/updates/compare?from=2&to=4");

        test.One(".counts").ShouldBe("~1 changed −1 removed");
    }

    [Fact]
    public async Task Secrets_of_states_are_masked_in_a_comparison()
    {
        await using var test = await PagesTest.Start();
        await Import(test, Secret("a", "CIPHER1"));
        await Import(test, Secret("a", "CIPHER2"), Secret("b", "CIPHER3"));

        await test.Open("/updates/compare?from=1&to=2");

        test.Browser.Page.Body!.TextContent.ShouldNotContain("CIPHER");
        test.All(".changes li:first-child .diff > *").ShouldBe(["outputs:", "pw: [secret] → [secret]"]);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_roll_back_makes_the_old_state_the_newest_as_a_version_of_its_own(Engine engine)
    {
        await using var test = await PagesTest.Start(engine);
        await Import(test, Stock.Resource("a"));
        var then = await test.Ann.Export(PagesTest.Stack);
        await Import(test, Stock.Resource("b"), Stock.Resource("c"));

        await test.Open("/updates/1");
        test.One(".empty").ShouldStartWith("It put a whole state in the place of the one before.");
        await test.Browser.Open(test.Browser.Page.QuerySelector("a[href$=rollback]")!.GetAttribute("href")!);
        test.One(".notice").ShouldStartWith("Nothing in any cloud changes by this.");
        await test.Browser.Submit("roll-back");

        (test.Browser.Path, test.One(".summary-of-update .message")).ShouldBe(("/ann/web/dev/updates/3", "Roll back to version 1"));
        (await test.Ann.Export(PagesTest.Stack)).ShouldBe(then);
        Stock.Names(await test.Ann.Export(PagesTest.Stack, 2)).ShouldBe(["b", "c"]);
    }

    [Fact]
    public async Task A_roll_back_waits_for_an_update_that_runs_and_names_who_runs_it()
    {
        await using var test = await PagesTest.Start();
        await Import(test, Stock.Resource("a"));
        await Import(test, Stock.Resource("b"));
        await test.Open("/updates/1/rollback");
        var run = await test.Begin();

        await test.Browser.Submit("roll-back");

        test.Browser.Status.ShouldBe(HttpStatusCode.Conflict);
        test.One(".bad").ShouldStartWith("Another update is currently in progress. 'ann' runs an update (version 3)");
        await run.Complete();
        Stock.Names(await test.Ann.Export(PagesTest.Stack)).ShouldBe(["b"]);
        await test.Open("/updates/3/rollback");
        test.Browser.Status.ShouldBe(HttpStatusCode.NotFound); // that is where it is
    }

    [Fact]
    public async Task A_roll_back_past_a_rename_keeps_the_present_name()
    {
        await using var test = await PagesTest.Start();
        await Import(test, Stock.Resource("a"));
        (
            await test.Ann.Post(
                $"{StockClient.Stack(PagesTest.Stack)}/rename",
                new JsonObject { ["newName"] = "prod", ["newProject"] = "web" }
            )
        ).Expect();
        (await test.Ann.Import("ann/web/prod", Stock.Untyped(Stock.Deployment()))).Expect();

        await test.Browser.Open("/ann/web/prod/updates/1/rollback");
        await test.Browser.Submit("roll-back");

        var state = JsonNode.Parse(await test.Ann.Export("ann/web/prod"))!;
        state["deployment"]!["resources"]![0]!["urn"]!.GetValue<string>().ShouldBe("urn:pulumi:prod::web::web:index:Thing::a");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_state_of_a_version_can_be_downloaded(Engine engine)
    {
        await using var test = await PagesTest.Start(engine);
        await Import(test, Stock.Resource("a"));
        await Import(test, Stock.Resource("b"));

        await test.Open("/updates/1/state");

        test.Browser.Response.Content.Headers.ContentDisposition!.ToString().ShouldBe("attachment; filename=\"web-dev-1.json\"");
        (await test.Browser.Response.Content.ReadAsStringAsync()).ShouldBe(await test.Ann.Export(PagesTest.Stack, 1));
    }

    private static async Task Import(PagesTest test, params JsonObject[] resources) =>
        (await test.Ann.Import(PagesTest.Stack, Stock.Untyped(Stock.Deployment(resources)))).Expect();

    private static JsonObject Sized(string name, int size) => Stock.Resource(name, outputs: new JsonObject { ["size"] = size });

    private static JsonObject Secret(string name, string ciphertext) =>
        Stock.Resource(
            name,
            outputs: new JsonObject
            {
                ["pw"] = new JsonObject
                {
                    ["4dabf18193072939515e22adb298388d"] = "1b47061264138c4ac30d75fd1eb44270",
                    ["ciphertext"] = ciphertext,
                },
            }
        );
}
