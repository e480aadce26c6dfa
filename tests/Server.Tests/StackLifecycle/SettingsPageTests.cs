using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Server.Tests.Resources;
using Support;

namespace Server.Tests.StackLifecycle;

public class SettingsPageTests
{
    private const string Page = "/" + ResourceTest.Stack + "/settings";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_stack_is_renamed_and_a_name_that_is_taken_is_refused(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await test.Ann.CreateStack("ann/web/prod");

        await test.Browser.Open(Page);
        await test.Browser.Submit("rename", ("NewName", "prod"));
        Problem(test).ShouldBe((HttpStatusCode.UnprocessableEntity, "Stack 'ann/web/prod' already exists"));
        await test.Browser.Submit("rename", ("NewName", "dev"));
        Problem(test).Item2.ShouldStartWith("No rename to apply");
        await test.Browser.Submit("rename", ("NewName", " live "), ("NewProject", "shop"));

        test.Browser.Path.ShouldBe("/ann/shop/live/settings");
        test.Browser.Text("h1").ShouldBe("live");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_stack_is_deleted_when_its_name_was_typed_and_comes_back(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await test.Import(SampleState.Shop(ResourceTest.Stack));

        await test.Browser.Open(Page);
        await test.Browser.Submit("delete", ("Typed", "web/prod"), ("Force", "true"));
        Problem(test).Item2.ShouldStartWith("Nothing was deleted: type web/dev");
        await test.Browser.Submit("delete", ("Typed", "web/dev"), ("Force", "false"));
        Problem(test).Item2.ShouldStartWith("Nothing was deleted: the stack has resources.");
        await test.Browser.Submit("delete", ("Typed", "web/dev"), ("Force", "true"));
        test.Browser.Path.ShouldBe("/ann/~deleted");
        await test.Ann.CreateStack(ResourceTest.Stack);
        var id = test.Browser.Page.QuerySelector("button[name=Id]")!.GetAttribute("value")!;
        await test.Browser.Submit("restore", ("Id", id));
        Problem(test).ShouldBe((HttpStatusCode.UnprocessableEntity, "Stack 'ann/web/dev' already exists"));
        await test.Browser.Submit("restore", ("Id", id), ($"Names[{id}]", "old"));

        test.Browser.Path.ShouldBe("/ann/web/old");
        await test.CatchUp();
        await test.Browser.Open("/ann/web/old/resources");
        test.Browser.Text("main").ShouldContain("assets");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_update_is_cancelled_by_who_sees_whose_it_is(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await StockRun.Begin(test.Ann, ResourceTest.Stack);

        await test.Browser.Open(Page);
        test.Browser.Text("[aria-labelledby=running-title]").ShouldContain("ann runs");
        await test.Browser.Submit("cancel");
        test.Browser.Path.ShouldBe("/" + ResourceTest.Stack + "/updates/1");
        await test.Browser.Open(Page);

        test.Browser.Page.QuerySelector("[aria-labelledby=running-title]").ShouldBeNull();
        (await test.Ann.Get(StockClient.Stack(ResourceTest.Stack) + "/updates/1")).Json["info"]!["result"]!
            .GetValue<string>()
            .ShouldBe("failed");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_state_is_downloaded_and_replaced_by_a_file(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await test.Import(SampleState.Shop(ResourceTest.Stack));

        await test.Browser.Open("/" + ResourceTest.Stack + "/state.json");
        test.Browser.Response.Content.Headers.ContentDisposition!.FileName.ShouldBe("web-dev.json");
        var text = await test.Browser.Response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Stock.Names(text).Count.ShouldBe(14);

        var smaller = Stock.Untyped(Stock.Deployment(Stock.Resource("only")));
        (await Upload(test, "web/prod", smaller)).ShouldStartWith("Nothing was replaced");
        (await Upload(test, "web/dev", "no state")).ShouldContain("is not valid JSON");
        (await Upload(test, "web/dev", "")).ShouldBe("Choose a file.");
        (await Upload(test, "web/dev", smaller)).ShouldStartWith("(no");
        Stock.Names(await test.Ann.Export(ResourceTest.Stack)).ShouldBe(["only"]);
        (await Upload(test, "web/dev", Stock.Untyped(Stock.Deployment([])) + new string(' ', 2 * 1024 * 1024))).ShouldStartWith("(no");
    }

    [Fact]
    public async Task A_stranger_gets_none_of_it()
    {
        await using var test = await ResourceTest.Start();
        using var bob = new FormBrowser(test.Server);
        await bob.SignUp("bob");

        foreach (var page in new[] { Page, Page + "/import", "/" + ResourceTest.Stack + "/state.json", "/ann/~deleted" })
        {
            await bob.Open(page);
            bob.Status.ShouldBe(HttpStatusCode.NotFound, page);
        }
        using var nobody = new FormBrowser(test.Server);
        await nobody.Open("/" + ResourceTest.Stack + "/state.json");
        nobody.Path.ShouldStartWith("/signin");
    }

    private static (HttpStatusCode, string) Problem(ResourceTest test) => (test.Browser.Status, test.Browser.Text(".notice.bad"));

    /// <returns>What the page complains of.</returns>
    private static async Task<string> Upload(ResourceTest test, string typed, string file)
    {
        await test.Browser.Open(Page + "/import");
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(file));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await test.Browser.Upload("import", "File", content, ("Typed", typed));
        return test.Browser.Text(".notice.bad");
    }
}
