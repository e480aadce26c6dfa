using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Server.Organizations;
using Server.Tests.Stacks;
using Support;
using Wire;

namespace Server.Tests.Organizations;

public class TeamTests
{
    private const string Teams = "/api/orgs/acme/teams";
    private const string Stack = "/api/stacks/acme/x/dev";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_team_gives_its_members_a_stack_as_long_as_they_are_in_it_and_it_has_it(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");
        await people["ada"].CreateStack("acme/x/other");
        await Make(people["ada"], "ops");
        (await people["mia"].GetAsync(Stack)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await Change(people["ada"], """{"addStackPermission":{"projectName":"x","stackName":"dev","permission":101}}""");
        await Change(people["ada"], """{"memberAction":"add","member":"mia"}""");

        (await people["mia"].ListStacks()).Names().ShouldBe(["acme/x/dev"]);
        (await people["mia"].Post(Stack + "/tags", """{"name":"a","value":"b"}""")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await Change(people["ada"], """{"editStackPermission":{"projectName":"x","stackName":"dev","permission":102}}""");
        (await people["mia"].Post(Stack + "/tags", """{"name":"a","value":"b"}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Change(people["ada"], """{"memberAction":"remove","member":"mia"}""");
        (await people["mia"].GetAsync(Stack)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Change(people["ada"], """{"memberAction":"add","member":"mia"}""");
        await Change(people["ada"], """{"removeStack":{"projectName":"x","stackName":"dev"}}""");
        (await people["mia"].GetAsync(Stack)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_team_is_made_listed_read_described_and_deleted_with_what_it_gave(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");

        var made = await people["ada"]
            .Post(Teams + "/pulumi", """{"name":"Ops","displayName":"Operations","description":"Keeps it running"}""");
        (made.StatusCode, (await Team(made)).UserRole).ShouldBe((HttpStatusCode.Created, "admin"), "whoever makes a team administers it");
        (await people["ada"].Post(Teams + "/pulumi", """{"name":"ops"}""")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await Change(people["ada"], """{"memberAction":"add","member":"mia"}""");
        await Change(people["ada"], """{"addStackPermission":{"projectName":"x","stackName":"dev","permission":103}}""");
        await Change(people["ada"], """{"newDisplayName":"Operators","newDescription":"All day"}""");

        var list = (await people["mia"].GetFromJsonAsync(Teams, WireJson.Default.ListTeamsResponse))!.Teams.ShouldHaveSingleItem();
        (list.Kind, list.Name, list.DisplayName, list.Description, list.UserRole).ShouldBe(
            ("pulumi", "Ops", "Operators", "All day", "member")
        );
        var read = (await people["mia"].GetFromJsonAsync(Teams + "/ops", WireJson.Default.Team))!;
        read.Members!.Select(m => (m.GithubLogin, m.Role)).ShouldBe([("ada", "admin"), ("mia", "member")]);
        read.Stacks!.Select(s => (s.ProjectName, s.StackName, s.Permission)).ShouldBe([("x", "dev", 103L)]);
        (await people["ada"].GetFromJsonAsync("/api/orgs/acme/members/mia/teams", WireJson.Default.MemberTeamsResponse))!.Teams.ShouldBe([
            "Ops",
        ]);
        (await people["mia"].GetFromJsonAsync(Stack + "/teams", WireJson.Default.ListStackTeamsResponse))!
            .Teams.Select(t => (t.Name, t.IsMember, t.Permission))
            .ShouldBe([("Ops", true, 103L)]);

        (await people["mia"].DeleteAsync(Teams + "/ops")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await people["ada"].DeleteAsync(Teams + "/ops")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await people["mia"].GetAsync(Stack)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await people["ada"].GetAsync(Teams + "/ops")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_teams_administrator_looks_after_its_members_and_gives_no_stack_that_is_not_his()
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");
        await people["mia"].CreateStack("acme/x/mine");
        (await people["ada"].Post("/api/orgs/acme/members/eve", """{"role":"member"}""")).EnsureSuccessStatusCode();
        await Make(people["ada"], "ops");
        await Change(people["ada"], """{"memberAction":"add","member":"mia"}""");
        (await Patch(people["mia"], """{"memberAction":"add","member":"eve"}""")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await Change(people["ada"], """{"memberAction":"promote","member":"mia"}""");

        await Change(people["mia"], """{"memberAction":"add","member":"eve"}""");
        (
            await Patch(people["mia"], """{"addStackPermission":{"projectName":"x","stackName":"dev","permission":103}}""")
        ).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Change(people["mia"], """{"addStackPermission":{"projectName":"x","stackName":"mine","permission":101}}""");
        (
            await Patch(people["eve"], """{"addStackPermission":{"projectName":"x","stackName":"mine","permission":103}}""")
        ).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await people["eve"].GetAsync("/api/stacks/acme/x/mine")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(
        """{"memberAction":"add","member":"nobody"}""",
        HttpStatusCode.NotFound,
        "'nobody' is not a member of the organization 'acme'"
    )]
    [InlineData("""{"memberAction":"hug","member":"mia"}""", HttpStatusCode.BadRequest, "'hug' is not a memberAction")]
    [InlineData("""{"memberAction":"demote","member":"mia"}""", HttpStatusCode.BadRequest, "'mia' is not in the team 'ops'")]
    [InlineData(
        """{"addStackPermission":{"projectName":"x","stackName":"none","permission":101}}""",
        HttpStatusCode.NotFound,
        "Stack 'acme/x/none' not found"
    )]
    [InlineData(
        """{"addStackPermission":{"projectName":"x","stackName":"dev","permission":7}}""",
        HttpStatusCode.BadRequest,
        "7 is not a permission"
    )]
    [InlineData(
        """{"addEnvironmentPermission":{"projectName":"x","envName":"dev","permission":"open"}}""",
        HttpStatusCode.NotFound,
        "Environment 'acme/x/dev' not found"
    )]
    public async Task What_cannot_be_is_refused_with_the_reason(string change, HttpStatusCode status, string reason)
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");
        await Make(people["ada"], "ops");

        var answer = await Patch(people["ada"], change);

        answer.StatusCode.ShouldBe(status);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]!.GetValue<string>().ShouldContain(reason);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_new_stack_is_given_to_the_teams_that_its_maker_names_or_is_not_made(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await Make(people["ada"], "ops");
        await Change(people["ada"], """{"memberAction":"add","member":"mia"}""");

        var unknown = await people["ada"].Post("/api/stacks/acme/x", """{"stackName":"dev","teams":["ops","sales"]}""");
        (unknown.StatusCode, (await unknown.Content.ReadAsStringAsync()).Contains("There is no team", StringComparison.Ordinal)).ShouldBe(
            (HttpStatusCode.BadRequest, true)
        );
        (await people["ada"].GetAsync(Stack)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await people["ada"].Post("/api/stacks/acme/x", """{"stackName":"dev","teams":["OPS"]}""")).EnsureSuccessStatusCode();

        (await people["mia"].Post(Stack + "/tags", """{"name":"a","value":"b"}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_access_page_says_why_and_who_administers_the_stack_gives_and_takes_there(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");
        await Make(people["ada"], "ops");
        await Change(people["ada"], """{"memberAction":"add","member":"mia"}""");
        await Change(people["ada"], """{"addStackPermission":{"projectName":"x","stackName":"dev","permission":101}}""");
        using var browser = new FormBrowser(server);
        await browser.SignIn("ada");

        await browser.Open("/acme/x/dev/settings/access");
        browser.Text("tbody").ShouldContain("administers the organization (admin)");
        browser.Text("tbody").ShouldContain("the team ops has it (read)");
        await browser.Submit("grant", ("Login", "mia"), ("Level", "102"));
        browser.Text("tbody").ShouldContain("was given it by name (write); the team ops has it (read)");
        (await people["mia"].GetFromJsonAsync(Stack + "/collaborators", WireJson.Default.ListCollaboratorsResponse))!
            .Users.Select(u => (u.User.GithubLogin, u.Permission))
            .ShouldBe([("ada", 104L), ("mia", 102L)]);
        await browser.Submit("grant", ("Login", "nobody"), ("Level", "102"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await people["mia"].DeleteAsync(Stack + "/collaborators/mia")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await people["ada"].DeleteAsync(Stack + "/collaborators/mia")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await people["ada"].Patch("/api/console/stacks/acme/x/dev/teams/ops", """{"permissions":null}""")).StatusCode.ShouldBe(
            HttpStatusCode.NoContent
        );
        (await people["mia"].GetAsync(Stack)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_access_page_lists_the_tokens_that_reach_the_stack_and_no_others(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");
        await people["ada"].CreateStack("acme/x/other");
        await Token(people["ada"], "whole", "{}");
        await Token(people["ada"], "reader", """{"stack":"acme/x/dev","readOnly":true}""");
        await Token(people["ada"], "elsewhere", """{"stack":"acme/x/other"}""");
        await Token(people["ada"], "at-home", """{"organization":"ada"}""");
        await Token(people["mia"], "of-mia", "{}");
        (
            await people["ada"].Post("/api/orgs/acme/tokens", """{"name":"ci","description":"robot","admin":true,"expires":0}""")
        ).EnsureSuccessStatusCode();
        using var browser = new FormBrowser(server);
        await browser.SignIn("ada");

        await browser.Open("/acme/x/dev/settings/access");

        var tokens = browser.Text("table + h2 + table, form + h2 + table");
        tokens.ShouldContain("whole");
        tokens.ShouldContain("admin, but read-only, only this stack");
        tokens.ShouldContain("acme/ci, a machine");
        tokens.ShouldNotContain("elsewhere");
        tokens.ShouldNotContain("at-home");
        tokens.ShouldNotContain("of-mia");
        browser.Text("tbody").ShouldNotContain("acme/ci", customMessage: "machines are no people");
    }

    [Fact]
    public async Task Teams_are_made_filled_and_deleted_in_the_console()
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");
        using var browser = new FormBrowser(server);
        await browser.SignIn("ada");

        await browser.Open("/acme/settings/teams");
        await browser.Submit("new-team", ("Name", "ops"), ("Description", "<b>all</b> day"));
        browser.Path.ShouldBe("/acme/settings/teams/ops");
        browser.Text("main").ShouldContain("<b>all</b> day");
        await browser.Submit("add-member", ("Login", "mia"));
        await browser.Submit("add-stack", ("StackName", "x/dev"), ("Level", "101"));
        browser.Text("main").ShouldContain("x/dev: read");
        (await people["mia"].GetAsync(Stack)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await browser.Submit("member-mia", ("Do", "promote"));
        browser.Text("tbody").ShouldContain("administers it");
        await browser.Submit("delete-team");
        browser.Text("main").ShouldContain("There are none.");
        (await people["mia"].GetAsync(Stack)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>Members have no stack by themselves.</summary>
    private static async Task<People> Start(TestServer server)
    {
        var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.None);
        return people;
    }

    private static async Task Make(HttpClient client, string name) =>
        (
            await client.Post(Teams + "/pulumi", $$"""{"name":"{{name}}","displayName":"{{name}}","description":""}""")
        ).EnsureSuccessStatusCode();

    private static async Task Token(HttpClient client, string description, string limits) =>
        (
            await client.Post("/api/user/tokens", $$"""{"description":"{{description}}","expires":0,"limits":{{limits}}}""")
        ).EnsureSuccessStatusCode();

    private static Task<HttpResponseMessage> Patch(HttpClient client, string change) => client.Patch(Teams + "/ops", change);

    private static async Task Change(HttpClient client, string change) =>
        (await Patch(client, change)).StatusCode.ShouldBe(HttpStatusCode.NoContent, change);

    private static async Task<Team> Team(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync(WireJson.Default.Team))!;
}
