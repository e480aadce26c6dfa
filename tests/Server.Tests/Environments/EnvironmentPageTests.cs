using System.Net;
using Server.Tests.Roles;
using Server.Tests.Stacks;
using Support;
using static Server.Tests.Environments.EnvironmentAccessTests;

namespace Server.Tests.Environments;

public class EnvironmentPageTests
{
    private const string List = "/acme/~environments";
    private const string Dev = List + "/x/dev";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_environment_is_made_changed_protected_deleted_and_restored_in_the_console(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        using var browser = new FormBrowser(server);
        await browser.SignIn("ada");
        await browser.Open(List);
        browser.Text(".empty").ShouldContain("None that you may read.");
        await browser.Submit("new-environment", ("Project", "x"), ("Name", "no spaces, please"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.Submit("new-environment", ("Project", "x"), ("Name", "dev"));
        browser.Path.ShouldBe(Dev);

        await browser.Submit("definition", ("Text", "values:\r\n  # kept\r\n  password:\r\n    fn::secret: swordfish-42\r\n"));
        browser.Path.ShouldBe(Dev);
        var saved = browser.Text("textarea");
        saved.ShouldContain("# kept");
        saved.ShouldContain("ciphertext:");
        saved.ShouldNotContain("swordfish-42");
        saved.ShouldNotContain("\r");
        (await people["ada"].GetStringAsync(EnvironmentCalls.Base + "acme/x/dev/decrypt")).ShouldContain("fn::secret: swordfish-42");

        await browser.Submit("definition", ("Text", "values:\n  a: ${nothing}\n"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Text("main").ShouldContain("Line 2: ");
        browser.Text("textarea").ShouldContain("${nothing}");

        await browser.Open(Dev);
        await people["ada"].Define("acme/x/dev", "values:\n  theirs: 1\n");
        await browser.Submit("definition", ("Text", "values:\n  mine: 1\n"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Text("main").ShouldContain("has been changed meanwhile");
        browser.Text("textarea").ShouldContain("mine");
        (await people["ada"].GetStringAsync(EnvironmentCalls.Base + "acme/x/dev")).ShouldContain("theirs");

        await browser.Open(Dev + "?revision=1");
        browser.Text("main").ShouldContain("It is empty.");
        foreach (
            var (odd, status) in new[]
            {
                ("?revision=9", 404),
                ("?revision=x", 404),
                ("?revision=99999999999999999999", 404),
                ("?before=x", 200),
            }
        )
        {
            await browser.Open(Dev + odd);
            ((int)browser.Status).ShouldBe(status, odd);
        }
        (await people["ada"].Post(EnvironmentCalls.Base + "acme/x/dev/versions/2/retract", "{}")).EnsureSuccessStatusCode();
        await browser.Open(Dev + "?revision=2");
        browser.Status.ShouldBe(HttpStatusCode.NotFound, "what has been retracted is shown to nobody, as in the API");
        await browser.Open(Dev);
        browser.Text("main").ShouldContain("retracted");
        await browser.Open(List + "?after=x");
        browser.Status.ShouldBe(HttpStatusCode.BadRequest);

        await browser.Open(Dev);
        await browser.Submit("protect-environment", ("On", "true"));
        browser.Text("main").ShouldContain("nobody can delete it");
        await browser.Open(Dev);
        await browser.Submit("protect-environment", ("On", "false"));
        await people["ada"].CreateEnvironment("acme/x/prod", "imports: [x/dev]\n");
        await browser.Open(Dev);
        browser.Text(".facts").ShouldContain("x/prod");
        await browser.Submit("delete-environment");
        browser.Path.ShouldBe(List);
        browser.Text("main").ShouldContain("Deleted");
        (await people["ada"].GetAsync(EnvironmentCalls.Base + "acme/x/dev").Status()).ShouldBe(404);
        await browser.Submit("restore-environment", ("Id", browser.Page.QuerySelector("button[name=Id]")!.GetAttribute("value")!));
        browser.Path.ShouldBe(Dev);
        browser.Text("textarea").ShouldContain("theirs");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_console_shows_and_does_what_somebody_may_and_no_more(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateEnvironment("acme/x/dev", "values:\n  a: 1\n");
        await people["ada"].CreateEnvironment("acme/x/hidden");
        using var browser = new FormBrowser(server);
        await browser.SignIn("mia");
        await browser.Open(Dev);
        browser.Status.ShouldBe(HttpStatusCode.NotFound);
        await browser.Open(List);
        browser.Text("main").ShouldNotContain("hidden");

        await Team(people["ada"], """{"addEnvironmentPermission":{"projectName":"x","envName":"dev","permission":"write"}}""");
        await browser.Open(Dev);
        await Team(people["ada"], """{"editEnvironmentPermission":{"projectName":"x","envName":"dev","permission":"read"}}""");
        await browser.Submit("definition", ("Text", "values:\n  a: 2\n"));
        browser.Status.ShouldBe(HttpStatusCode.BadRequest, "the form that was open is none of theirs any more");
        (await people["ada"].GetStringAsync(EnvironmentCalls.Base + "acme/x/dev")).ShouldContain("a: 1");
        await browser.Open(Dev);
        browser.Text("pre").ShouldContain("a: 1");
        browser.Text("main").ShouldNotContain("pulumi env open");
        browser.Text("main").ShouldNotContain("Delete");
        await browser.Open(List);
        browser.Text("tbody").ShouldNotContain("hidden");
        browser.Text("tbody").ShouldContain("x/dev");

        using var stranger = new FormBrowser(server);
        await stranger.SignIn("eve");
        await stranger.Open(Dev);
        stranger.Status.ShouldBe(HttpStatusCode.NotFound);
        await stranger.Open(List);
        stranger.Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Many_environments_come_page_by_page()
    {
        await using var server = await TestServer.Start(Engine.Sqlite);
        using var people = await Start(server);
        for (var i = 0; i < 51; i++)
        {
            await people["ada"].CreateEnvironment($"acme/x/e{i:00}");
        }
        using var browser = new FormBrowser(server);
        await browser.SignIn("ada");

        await browser.Open(List);
        browser.Text("tbody").ShouldContain("x/e49");
        browser.Text("tbody").ShouldNotContain("x/e50");
        await browser.Open(browser.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        browser.Text("tbody").ShouldContain("x/e50");
        browser.Text("tbody").ShouldNotContain("x/e49");
    }
}
