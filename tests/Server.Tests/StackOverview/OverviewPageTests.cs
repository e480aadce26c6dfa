using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Tests.Resources;
using Support;

namespace Server.Tests.StackOverview;

public class OverviewPageTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private const string Page = "/" + ResourceTest.Stack;

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task It_shows_the_last_update_the_outputs_and_the_references(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await test.Ann.CreateStack("ann/net/prod");
        await test.Import(SampleState.Shop(ResourceTest.Stack, upstream: "ann/net/prod"));

        await test.Browser.Open(Page);

        test.Browser.Text("#last-title + dl dd").ShouldStartWith("import 1 succeeded");
        test.Browser.Text("main").ShouldContain("https://shop.example.com");
        test.Browser.Text("main").ShouldContain("vpc-0a1b2c");
        test.Browser.Text("[aria-label='Takes outputs from'] a").ShouldBe("ann/net/prod");
        test.Browser.Text("nav[aria-label=Stack] a[href$=readme]").ShouldBe("README");
        await test.Browser.Open("/ann/net/prod");
        test.Browser.Text("[aria-label='Gives outputs to'] a").ShouldBe("ann/web/dev");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/resources")]
    [InlineData("/resources/graph")]
    public async Task What_is_a_moment_old_says_so(string page)
    {
        await using var test = await ResourceTest.Start();
        await test.Import(SampleState.Shop(ResourceTest.Stack));
        await test.Browser.Open(Page + page);
        test.Browser.Text("main").ShouldNotContain("is being read");
        var database = test.Server.Services.GetRequiredService<Database>();

        await database.Execute($"INSERT INTO states_to_index (state_id, stack_id, version) SELECT 'later', id, 2 FROM stacks", Ct);
        await test.Browser.Open(Page + page);

        test.Browser.Text(".notice").ShouldStartWith("This is what version 1 left. The newest state is being read;");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Tags_are_added_changed_and_deleted_without_script(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);

        await test.Browser.Open(Page + "?add-tag");
        await test.Browser.Submit("tag-add", ("NewName", "team"), ("NewValue", "<b>ops</b>"));
        test.Browser.Text(".tags").ShouldContain("<b>ops</b>");
        test.Browser.Path.ShouldBe(Page);
        await test.Browser.Open(Page + "?add-tag");
        await test.Browser.Submit("tag-add", ("NewName", "team"), ("NewValue", "x"));
        (test.Browser.Status, test.Browser.Text(".notice.bad")).ShouldBe(
            (HttpStatusCode.UnprocessableEntity, "The stack has a tag 'team' already.")
        );
        await test.Browser.Open(Page + "?tag=team");
        await test.Browser.Submit("tag-change", ("Value", "dev"), ("Do", "change"));
        test.Browser.Text(".tags bdi").ShouldBe("dev");
        await test.Browser.Open(Page + "?tag=team");
        await test.Browser.Submit("tag-change", ("Do", "delete"));
        test.Browser.Page.QuerySelector(".tags").ShouldBeNull();
        await test.Browser.Post(Page + "?add-tag", ("_handler", "tag-add"), ("NewName", "forged"), ("NewValue", "x"));
        test.Browser.Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task It_says_who_runs_an_update_now()
    {
        await using var test = await ResourceTest.Start();
        await StockRun.Begin(test.Ann, ResourceTest.Stack);

        await test.Browser.Open(Page);

        test.Browser.Text("[role=status]").ShouldStartWith("An update is running, started moments ago by ann.");
        test.Browser.Page.QuerySelector("[role=status] a")!.GetAttribute("href").ShouldBe(Page + "/updates/1");
    }
}
