using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Server.Organizations;
using Server.Tests.Environments;
using Server.Tests.Organizations;
using Server.Tests.Stacks;
using Support;
using Wire;

namespace Server.Tests.Roles;

public class RolePageTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_role_is_made_given_changed_and_deleted_in_the_console(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev", """{"env":"dev"}""");
        await people["ada"].CreateStack("acme/x/prod", """{"env":"prod"}""");
        using var browser = new FormBrowser(server);
        await browser.SignIn("ada");

        await browser.Open("/acme/settings/roles?action=create");
        await browser.Submit(
            "new-role",
            ("Form.Name", "<i>developers</i>"),
            ("Form.Description", "Not in production"),
            ("Form.StackLevel", "101"),
            ("Form.StackTag", "env"),
            ("Form.StackTagValue", "dev"),
            ("Form.EnvironmentLevel", "2"),
            ("Form.Permissions", "audit_logs:read")
        );
        var page = browser.Path;
        await browser.Open("/acme/settings/roles?action=create");
        await browser.Submit("new-role", ("Form.Name", "nobody"), ("Form.StackTagValue", "dev"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Text("main").ShouldContain("Say what the role may do with the stacks");
        await browser.Open(page);
        page.ShouldStartWith("/acme/settings/roles/");
        browser.Text("main").ShouldContain("<i>developers</i>");
        browser.Text("main").ShouldContain("Nobody.");
        await browser.Open("/acme/settings/members");
        await browser.Submit("role-mia", ("Role", page.Split('/')[^1]));
        browser.Text("tbody").ShouldContain("<i>developers</i>");
        (await people["mia"].ListStacks()).Names().ShouldBe(["acme/x/dev"]);
        (await people["mia"].GetAsync("/api/orgs/acme/auditlogs?startTime=2000000000").Status()).ShouldBe(200);

        await browser.Open("/acme/x/dev/settings/access");
        browser.Text("tbody").ShouldContain("has the role <i>developers</i> (read)");
        await browser.Open(page);
        browser.Text("main").ShouldContain("mia");
        await browser.Submit(
            "role",
            ("Form.Name", "readers"),
            ("Form.StackLevel", "101"),
            ("Form.StackTag", ""),
            ("Form.StackTagValue", "")
        );
        browser.Path.ShouldBe(page);
        browser.Text("h1").ShouldBe("readers");
        (await people["mia"].ListStacks()).Names().ShouldBe(["acme/x/dev", "acme/x/prod"]);
        await browser.Submit("default", ("Role", page.Split('/')[^1]));
        browser.Text("main").ShouldContain("New members get it.");
        await browser.Submit("json", ("Json", "{\n nonsense"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Text("main").ShouldContain("goes wrong in line 2");
        await browser.Submit("delete-role");
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Text("main").ShouldContain("'readers' is given to 2");
        await browser.Submit("delete-role", ("Force", "true"));
        browser.Path.ShouldBe("/acme/settings/roles");
        (await people["mia"].ListStacks()).Names().ShouldBeEmpty();
    }

    /// <summary>A form that would write less than it read would take something away that nobody sees.</summary>
    [Fact]
    public async Task A_tree_that_the_form_cannot_say_is_shown_as_what_it_is()
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);
        var id = await people["ada"]
            .MakeRole(
                "odd",
                RoleCalls.Group(RoleCalls.If(RoleCalls.TagIs("a", "b"), RoleCalls.Allow("stack:read")), RoleCalls.Allow("stack:export"))
            );
        using var browser = new FormBrowser(server);
        await browser.SignIn("ada");

        await browser.Open("/acme/settings/roles/" + id);

        browser.Text("main").ShouldNotContain("Only those with the tag");
        browser.Text("textarea").ShouldContain("PermissionExpressionTag");
        await browser.Submit("json", ("Json", RoleCalls.Allow("stack:read")));
        (await people["ada"].GetFromJsonAsync($"{RoleCalls.Roles}/{id}", WireJson.Default.PermissionDescriptorRecord))!.Version.ShouldBe(2);
    }

    [Fact]
    public async Task A_team_gets_its_role_and_its_environments_on_its_page()
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");
        await people["ada"].CreateEnvironment("acme/x/dev");
        var id = await people["ada"].MakeRole("readers", RoleCalls.Allow("stack:read"));
        (await people["ada"].Post("/api/orgs/acme/teams/pulumi", """{"name":"ops"}""")).EnsureSuccessStatusCode();
        (await people["ada"].Patch("/api/orgs/acme/teams/ops", """{"memberAction":"add","member":"mia"}""")).EnsureSuccessStatusCode();
        using var browser = new FormBrowser(server);
        await browser.SignIn("ada");

        await browser.Open("/acme/settings/teams/ops");
        await browser.Submit("team-role", ("Role", id));
        (await people["mia"].ListStacks()).Names().ShouldBe(["acme/x/dev"]);
        await browser.Submit("add-environment", ("EnvironmentName", "x/dev"), ("Level", "2"));
        browser.Text("main").ShouldContain("x/dev: open");
        (await people["mia"].GetAsync(EnvironmentCalls.Base + "acme/x/dev").Status()).ShouldBe(200);
        await browser.Open("/acme/x/dev/settings/access");
        browser.Text("tbody").ShouldContain("the team ops has the role readers (some of it)");
        await browser.Open("/acme/settings/teams/ops");
        await browser.Submit("team-role", ("Role", ""));
        (await people["mia"].ListStacks()).Names().ShouldBeEmpty();
        await browser.Submit("add-environment", ("EnvironmentName", "dev"), ("Level", "2"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_token_gets_its_role_in_the_console_and_who_is_no_administrator_no_stronger_one()
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);
        var id = await people["ada"].MakeRole("tokens", RoleCalls.Allow("org_token:read", "org_token:create"));
        await people["ada"].GiveRole("mia", id);
        using var browser = new FormBrowser(server);
        await browser.SignIn("mia");

        await browser.Open("/acme/settings/access-tokens?action=create");
        await browser.Submit("create-machine-token", ("Form.Name", "ci"), ("Form.Days", "30"), ("Form.Role", "admin"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await browser.Submit("create-machine-token", ("Form.Name", "ci"), ("Form.Days", "30"), ("Form.Role", id));
        browser.Text("main").ShouldContain("Copy the token now.");

        var tokens = JsonNode.Parse(await people["ada"].GetStringAsync("/api/orgs/acme/tokens"))!["tokens"]!.AsArray();
        ((string?)tokens.Single()!["role"]?["id"]).ShouldBe(id);
    }

    private static async Task<People> Start(TestServer server)
    {
        var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.None);
        (await people["ada"].Patch("/api/orgs/acme", """{"setDefaultEnvironmentPermission":"none"}""")).EnsureSuccessStatusCode();
        return people;
    }
}
