using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Support;

namespace Server.Tests.Resources;

public class ResourcePagesTests
{
    private const string List = "/" + ResourceTest.Stack + "/resources";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_list_is_searched_and_filtered(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await test.Browser.Open(List);
        test.Browser.Text(".empty").ShouldStartWith("The stack has no state yet.");
        await test.Import(SampleState.Shop(ResourceTest.Stack));

        await test.Browser.Open(List);
        Names(test).Length.ShouldBe(14);
        test.Browser.Text("p.title .muted").ShouldBe("1–14 of 14");
        await test.Browser.Open(List + "?q=SUBNET-1");
        Names(test).ShouldBe(["subnet-1"]);
        await test.Browser.Open(List + "?type=aws%3As3%2Fbucket%3ABucket");
        Names(test).ShouldBe(["assets"]);
        test.Browser.Text(".resources .tag").ShouldBe("protected");
        await test.Browser.Open(List + "?package=aws&protected=yes");
        Names(test).ShouldBe(["assets"]);
        await test.Browser.Open(List + "?q=assets-id");
        Names(test).ShouldBe(["assets"]);
        await test.Browser.Open(List + "?q=%25");
        test.Browser.Text(".empty").ShouldStartWith("No resource fits.");
        await test.Browser.Open(List + "?q=%00&type=%00&page=99999999999");
        test.Browser.Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_page_follows_the_other()
    {
        await using var test = await ResourceTest.Start();
        await test.Import(SampleState.Large(ResourceTest.Stack, 250));

        await test.Browser.Open(List + "?package=aws");
        await test.Browser.Open(test.Browser.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        await test.Browser.Open(test.Browser.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);

        test.Browser.Text("p.title .muted").ShouldBe("201–249 of 249");
        test.Browser.Page.QuerySelector("a[rel=next]").ShouldBeNull();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_resource_shows_its_properties_and_what_it_hangs_together_with(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await test.Import(SampleState.Shop(ResourceTest.Stack));

        await test.Browser.Open(List + "?q=assets-id");
        await test.Browser.Open(test.Browser.Page.QuerySelector(".resources a")!.GetAttribute("href")!);

        test.Browser.Text("#urn").ShouldBe(ResourceTest.Urn("aws:s3/bucket:Bucket", "assets"));
        Section(test, "Inputs").ShouldContain("team a");
        Section(test, "Depends on").ShouldContain("Nothing.");
        foreach (var user in new[] { "web-0", "web-1", "web-2", "web-3" })
        {
            Section(test, "Used by").ShouldContain(user);
        }
        Section(test, "History").ShouldContain("created by import");
        test.Browser.Page.QuerySelector(".facts a[href*='providers']")!.TextContent.ShouldBe("default_6_0_0");
        await test.Browser.Open($"/{ResourceTest.Stack}/resource?urn=nothing");
        test.Browser.Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_secret_is_shown_on_request_and_the_audit_log_says_who_saw_it(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await test.Import(SampleState.Shop(ResourceTest.Stack, await test.Encrypt("\"hunter2\"")));
        await test.Browser.Open("/" + ResourceTest.Stack);
        test.Browser.Text("main").ShouldNotContain("hunter2");

        await test.Browser.Submit("reveal-output", ("Reveal", "/password"));

        test.Browser.Text(".revealed").ShouldBe("hunter2");
        var database = test.Server.Services.GetRequiredService<Database>();
        (await database.QueryOne<string>($"SELECT description FROM audit_events WHERE event = 'secret-decrypted'", Ct)).ShouldBe(
            "Showed the output 'password' of ann/web/dev in the console"
        );
        await test.Browser.Submit("reveal-output", ("Reveal", "/url"));
        test.Browser.Text(".notice.bad").ShouldStartWith("That secret is not there any more.");
        await test.Browser.Open("/" + ResourceTest.Stack);
        test.Browser.Text("main").ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task What_a_program_writes_is_text_and_a_page_stays_short()
    {
        await using var test = await ResourceTest.Start();
        await test.Import(SampleState.Wild(ResourceTest.Stack));

        foreach (var page in new[] { "", "/resources", "/resources/graph", "/activity" })
        {
            await test.Browser.Open("/" + ResourceTest.Stack + page);
            await Harmless(test, page);
        }
        await test.Browser.Open(List);
        foreach (var link in test.Browser.Page.QuerySelectorAll(".resources a").Select(a => a.GetAttribute("href")!).ToList())
        {
            await test.Browser.Open(link);
            await Harmless(test, link);
        }
    }

    [Fact]
    public async Task The_graph_carries_every_resource_with_what_it_needs()
    {
        await using var test = await ResourceTest.Start();
        await test.Import(SampleState.Shop(ResourceTest.Stack));

        await test.Browser.Open(List + "/graph");

        var lines = test.Browser.Page.QuerySelector("#graph-data")!.TextContent.Split('\n');
        lines[0].ShouldBe("urn:pulumi:dev::web::");
        lines[4].ShouldBe("0\t\taws:s3/bucket:Bucket::assets");
        lines[11].ShouldBe("0\t3,4\taws:ec2/instance:Instance::web-0");
        test.Browser.Page.QuerySelector("noscript")!.TextContent.ShouldContain("The graph needs script.");
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task Harmless(ResourceTest test, string page)
    {
        test.Browser.Status.ShouldBe(HttpStatusCode.OK, page);
        test.Browser.Page.QuerySelectorAll("main script:not([src]), main img, main [onerror], main a[href^=javascript]")
            .ShouldBeEmpty(page);
        (await test.Browser.Response.Content.ReadAsByteArrayAsync(Ct)).Length.ShouldBeLessThan(400_000, page); // before it is packed
    }

    private static string[] Names(ResourceTest test) =>
        [.. test.Browser.Page.QuerySelectorAll(".resources a").Select(a => a.TextContent.Trim())];

    private static string Section(ResourceTest test, string name) => test.Browser.Text($"section[aria-label='{name}']");
}
