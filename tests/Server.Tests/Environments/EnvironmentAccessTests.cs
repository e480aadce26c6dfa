using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Server.Organizations;
using Server.Tests.Organizations;
using Server.Tests.Roles;
using Server.Tests.Stacks;
using Support;
using Wire;
using static Server.Tests.Roles.RoleCalls;

namespace Server.Tests.Environments;

/// <summary>Who may do what with which environment.</summary>
public class EnvironmentAccessTests
{
    private const string Dev = EnvironmentCalls.Base + "acme/x/dev";
    private const string Secret = "values:\n  password:\n    fn::secret: swordfish-42\n";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_team_gives_its_members_an_environment_step_by_step(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateEnvironment("acme/x/dev", Secret);
        await people["ada"].CreateEnvironment("acme/x/other");
        var mia = people["mia"];
        (await mia.GetAsync(Dev).Status()).ShouldBe(404, "what one may not read does not exist");

        await Team(people["ada"], """{"addEnvironmentPermission":{"projectName":"x","envName":"dev","permission":"read"}}""");
        (await Listed(mia)).ShouldBe(["acme/x/dev"]);
        (await mia.GetStringAsync(Dev)).ShouldNotContain("swordfish-42");
        (await mia.PostYaml("acme/x/dev/open", "").Status()).ShouldBe(403);
        (await mia.GetAsync(Dev + "/decrypt").Status()).ShouldBe(403);
        (await mia.PostYaml("acme/x/dev/check?showSecrets=true", "").Status()).ShouldBe(403);
        await Team(people["ada"], """{"editEnvironmentPermission":{"projectName":"x","envName":"dev","permission":"open"}}""");
        (await mia.GetStringAsync(Dev + "/decrypt")).ShouldContain("swordfish-42");
        (await mia.PostYaml("acme/x/dev/open", "").Status()).ShouldBe(200);
        (await mia.Patch(Dev, "values: {}").Status()).ShouldBe(403);
        await Team(people["ada"], """{"editEnvironmentPermission":{"projectName":"x","envName":"dev","permission":"write"}}""");
        (await mia.Patch(Dev, Secret).Status()).ShouldBe(200);
        (await mia.DeleteAsync(Dev).Status()).ShouldBe(403);
        (await people["ada"].GetFromJsonAsync("/api/orgs/acme/teams/ops", WireJson.Default.Team))!
            .Environments!.Select(e => (e.ProjectName, e.EnvName, e.Permission))
            .ShouldBe([("x", "dev", "write")]);
        await Team(people["ada"], """{"editEnvironmentPermission":{"projectName":"x","envName":"dev","permission":"admin"}}""");
        (await mia.Patch(Dev + "/settings", """{"deletionProtected":true}""").Status()).ShouldBe(200);

        await Team(people["ada"], """{"removeEnvironment":{"projectName":"x","envName":"dev"}}""");
        (await mia.GetAsync(Dev).Status()).ShouldBe(404);
        (await Listed(mia)).ShouldBeEmpty();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task What_somebody_may_not_open_is_not_opened_by_importing_it(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateEnvironment("acme/x/secret", Secret);
        await people["ada"].CreateEnvironment("acme/x/dev", "imports: [x/secret]\nvalues:\n  copy: ${password}\n");
        await Team(people["ada"], """{"addEnvironmentPermission":{"projectName":"x","envName":"dev","permission":"admin"}}""");
        var mia = people["mia"];

        var opened = await mia.PostYaml("acme/x/dev/open", "");
        opened.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await opened.Content.ReadAsStringAsync()).ShouldContain("x/secret");
        using var shown = await mia.PostYaml("acme/x/dev/check?showSecrets=true", "");
        (await shown.Content.ReadAsStringAsync()).ShouldNotContain("swordfish-42");
        await Team(people["ada"], """{"addEnvironmentPermission":{"projectName":"x","envName":"secret","permission":"read"}}""");
        (await mia.PostYaml("acme/x/dev/open", "").Status()).ShouldBe(400, "to read is not to open");
        (await mia.GetStringAsync(EnvironmentCalls.Base + "acme/x/secret/referrers")).ShouldContain("\"dev\"");
        await Team(people["ada"], """{"addEnvironmentPermission":{"projectName":"x","envName":"secret","permission":"open"}}""");
        (await mia.PostYaml("acme/x/dev/open", "").Status()).ShouldBe(200);
        await Team(people["ada"], """{"removeEnvironment":{"projectName":"x","envName":"dev"}}""");
        (await mia.GetStringAsync(EnvironmentCalls.Base + "acme/x/secret/referrers")).ShouldNotContain("\"dev\"");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Whoever_makes_an_environment_administers_it_and_a_role_gives_those_of_its_tags(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateEnvironment("acme/x/dev", Secret);
        await people["ada"].CreateEnvironment("acme/x/prod", Secret);
        (await people["ada"].Post(Dev + "/tags", """{"name":"tier","value":"low"}""")).EnsureSuccessStatusCode();
        var low = Equal(
            """{"__type":"PermissionExpressionTag","context":{"__type":"PermissionExpressionEnvironment"},"key":"tier"}""",
            """{"__type":"PermissionLiteralExpressionString","value":"low"}"""
        );
        await people["ada"]
            .GiveRole(
                "mia",
                await people["ada"]
                    .MakeRole("low", Group(Allow("environment:create"), If(low, Allow("environment:read", "environment:open"))))
            );
        var mia = people["mia"];

        (await Listed(mia)).ShouldBe(["acme/x/dev"]);
        (await mia.GetStringAsync(Dev + "/decrypt")).ShouldContain("swordfish-42");
        (await mia.GetAsync(EnvironmentCalls.Base + "acme/x/prod").Status()).ShouldBe(404);
        (await mia.GetStringAsync(EnvironmentCalls.Base + "acme/tags")).ShouldBe("""{"tier":["low"]}""");
        await mia.CreateEnvironment("acme/x/mine", Secret);
        (await mia.DeleteAsync(EnvironmentCalls.Base + "acme/x/mine").Status()).ShouldBe(200);
        (await people["ada"].DeleteAsync(Dev + "/tags/tier")).EnsureSuccessStatusCode();
        (await mia.GetAsync(Dev).Status()).ShouldBe(404, "the tag is gone, at once");
    }

    [Theory, InlineData(Engine.Sqlite, 21), InlineData(Engine.PostgreSql, 22)]
    public async Task A_list_and_a_single_question_agree_for_any_role(Engine engine, int seed)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        (string Name, string[] Tags)[] samples =
        [
            ("none", []),
            ("dev", ["env=dev"]),
            ("both", ["env=prod", "tier=1"]),
            ("tier", ["tier=2"]),
        ];
        var ids = new List<string>();
        foreach (var (name, tags) in samples)
        {
            await people["ada"].CreateEnvironment($"acme/x/{name}");
            ids.Add((string)JsonNode.Parse(await people["ada"].GetStringAsync($"{EnvironmentCalls.Base}acme/x/{name}/metadata"))!["id"]!);
            foreach (var tag in tags.Select(t => t.Split('=')))
            {
                (
                    await people["ada"]
                        .Post($"{EnvironmentCalls.Base}acme/x/{name}/tags", $$"""{"name":"{{tag[0]}}","value":"{{tag[1]}}"}""")
                ).EnsureSuccessStatusCode();
            }
        }
        var role = await people["ada"].MakeRole("any", Allow());
        await people["ada"].GiveRole("mia", role);
        var random = new RandomRole(new Random(seed), "Environment", ids);
        var (seen, hidden) = (0, 0);

        for (var i = 0; i < 100; i++)
        {
            var details = random.Of(depth: 4);
            (await people["ada"].PatchRole(role, details).Status()).ShouldBe(200, details);
            var listed = await Listed(people["mia"]);
            foreach (var (name, _) in samples)
            {
                var readable = await people["mia"].GetAsync($"{EnvironmentCalls.Base}acme/x/{name}").Status() == 200;
                listed.Contains($"acme/x/{name}").ShouldBe(readable, $"{name}: {details}");
                _ = readable ? seen++ : hidden++;
            }
        }
        (seen > 30, hidden > 30).ShouldBe((true, true), $"{seen} seen and {hidden} hidden say something");
    }

    [Fact]
    public async Task Nobody_gives_a_team_more_of_an_environment_than_he_has_and_no_limit_that_is_not_kept()
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);
        await people["ada"].CreateEnvironment("acme/x/dev");
        string[] read =
        [
            "environment:read",
            "environment_tag:read",
            "environment_version:read",
            "environment_access:read",
            "environment_settings:read",
        ];
        await people["ada"].GiveRole("mia", await people["ada"].MakeRole("sharer", Allow([.. read, "environment_access:update"])));
        (await people["ada"].Post("/api/orgs/acme/teams/pulumi", """{"name":"ops"}""")).EnsureSuccessStatusCode();

        (await people["mia"].Patch("/api/orgs/acme/teams/ops", Given("read")).Status()).ShouldBe(204);
        var more = await people["mia"].Patch("/api/orgs/acme/teams/ops", Given("open"));
        more.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await more.Content.ReadAsStringAsync()).ShouldContain("You have less than open");
        (await people["ada"].Patch("/api/orgs/acme/teams/ops", Given("wild")).Status()).ShouldBe(400);
        (await people["ada"].Patch("/api/orgs/acme/teams/ops", Given("none")).Status()).ShouldBe(400);
        (
            await people["ada"]
                .Patch(
                    "/api/orgs/acme/teams/ops",
                    """{"addEnvironmentPermission":{"projectName":"x","envName":"dev","permission":"open","maxOpenDuration":"1h"}}"""
                )
                .Status()
        ).ShouldBe(400);

        static string Given(string level) =>
            $$$"""{"addEnvironmentPermission":{"projectName":"x","envName":"dev","permission":"{{{level}}}"}}""";
    }

    [Fact]
    public async Task A_stacks_configuration_is_in_no_environment_that_its_user_cannot_see()
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);
        await people["ada"].CreateEnvironment("acme/x/dev");
        (await people["ada"].Patch("/api/orgs/acme", """{"setDefaultStackPermission":103}""")).EnsureSuccessStatusCode();
        await people["ada"].CreateStack("acme/x/dev");
        using var body = new StringContent("""{"environment":"x/dev"}""");

        (await people["mia"].PutAsync("/api/stacks/acme/x/dev/config", body).Status()).ShouldBe(400);
        await Team(people["ada"], """{"addEnvironmentPermission":{"projectName":"x","envName":"dev","permission":"read"}}""");
        (await people["mia"].PutAsync("/api/stacks/acme/x/dev/config", new StringContent("""{"environment":"x/dev"}""")).Status()).ShouldBe(
            200
        );
    }

    private static async Task<List<string>> Listed(HttpClient client) =>
        [
            .. JsonNode.Parse(await client.GetStringAsync("/api/esc/environments?organization=acme"))!["environments"]!
                .AsArray()
                .Select(e => $"{e!["organization"]}/{e["project"]}/{e["name"]}"),
        ];

    /// <summary>Of the team ops, in which mia is.</summary>
    internal static async Task Team(HttpClient admin, string change)
    {
        if (await admin.GetAsync("/api/orgs/acme/teams/ops").Status() == 404)
        {
            (await admin.Post("/api/orgs/acme/teams/pulumi", """{"name":"ops"}""")).EnsureSuccessStatusCode();
            (await admin.Patch("/api/orgs/acme/teams/ops", """{"memberAction":"add","member":"mia"}""")).EnsureSuccessStatusCode();
        }
        (await admin.Patch("/api/orgs/acme/teams/ops", change).Status()).ShouldBe(204, change);
    }

    /// <summary>Members have nothing by themselves.</summary>
    internal static async Task<People> Start(TestServer server)
    {
        var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.None);
        (await people["ada"].Patch("/api/orgs/acme", """{"setDefaultEnvironmentPermission":"none"}""")).EnsureSuccessStatusCode();
        return people;
    }
}
