using System.Globalization;
using System.Net.Http.Json;
using Server.Organizations;
using Server.Tests.Organizations;
using Server.Tests.Stacks;
using Support;
using Wire;
using static Server.Tests.Roles.RoleCalls;

namespace Server.Tests.Roles;

public class RoleTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_role_gives_the_stacks_of_its_condition_and_what_it_says_of_them(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev", """{"env":"dev"}""");
        await people["ada"].CreateStack("acme/x/prod", """{"env":"prod"}""");
        var id = await people["ada"]
            .MakeRole("developers", Group(If(TagIs("env", "dev"), Allow("stack:read", "stack_tags:update")), Allow("audit_logs:read")));

        await people["ada"].GiveRole("mia", id);

        (await people["mia"].ListStacks()).Names().ShouldBe(["acme/x/dev"]);
        (await people["mia"].GetAsync("/api/stacks/acme/x/dev").Status()).ShouldBe(200);
        (await people["mia"].GetAsync("/api/stacks/acme/x/prod").Status()).ShouldBe(404, "what one may not read does not exist");
        (await people["mia"].Post("/api/stacks/acme/x/dev/tags", """{"name":"a","value":"b"}""").Status()).ShouldBe(204);
        (await people["mia"].DeleteAsync("/api/stacks/acme/x/dev").Status()).ShouldBe(403);
        (await people["mia"].GetAsync("/api/orgs/acme/auditlogs?startTime=2000000000").Status()).ShouldBe(200);
        (await people["mia"].Post("/api/stacks/acme/x", """{"stackName":"new"}""").Status()).ShouldBe(
            403,
            "a role is in place of what members have"
        );

        (await people["ada"].ListStacks($"roleID={id}")).Names().ShouldBe(["acme/x/dev"], "a list of what the role reaches");
        (await people["ada"].ListStacks("roleID=none")).Names().ShouldBeEmpty();

        (await people["ada"].Patch("/api/stacks/acme/x/dev/tags", """{"env":"prod"}""").Status()).ShouldBe(204);
        (await people["mia"].GetAsync("/api/stacks/acme/x/dev").Status()).ShouldBe(404, "the tag is gone, at once");
        (await people["ada"].PatchRole(id, Allow("stack:read")).Status()).ShouldBe(200);
        (await people["mia"].ListStacks()).Names().ShouldBe(["acme/x/dev", "acme/x/prod"], "a changed role counts at once");
        (await people["mia"].GetAsync("/api/orgs/acme/auditlogs?startTime=2000000000").Status()).ShouldBe(403);
    }

    /// <summary>What a list shows is decided by the database, what a single stack answers by the program: for any role they agree.</summary>
    [Theory, InlineData(Engine.Sqlite, 11), InlineData(Engine.PostgreSql, 12)]
    public async Task A_list_and_a_single_question_agree_for_any_role(Engine engine, int seed)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        var ids = new List<string>();
        foreach (var (name, tags) in Samples)
        {
            await people["ada"].CreateStack($"acme/x/{name}", tags);
            ids.Add((await people["ada"].ReadStack($"acme/x/{name}")).Id);
        }
        var random = new RandomRole(new Random(seed), "Stack", ids);
        var id = await people["ada"].MakeRole("any", Allow());
        await people["ada"].GiveRole("mia", id);
        var (seen, hidden) = (0, 0);

        for (var i = 0; i < 150; i++)
        {
            var details = random.Of(depth: 4);
            (await people["ada"].PatchRole(id, details).Status()).ShouldBe(200, details);

            var listed = (await people["mia"].ListStacks()).Names().ToHashSet();
            foreach (var (name, _) in Samples)
            {
                var readable = await people["mia"].GetAsync($"/api/stacks/acme/x/{name}").Status() == 200;
                listed.Contains($"acme/x/{name}").ShouldBe(readable, $"{name}: {details}");
                _ = readable ? seen++ : hidden++;
            }
        }
        (seen > 50, hidden > 50).ShouldBe((true, true), $"{seen} seen and {hidden} hidden say something");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_role_for_two_thousand_stacks_by_name_is_made_and_lists(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");
        await people["ada"].CreateStack("acme/x/other");
        var known = (await people["ada"].ReadStack("acme/x/dev")).Id;
        var entries = Enumerable.Range(0, 1999).Select(_ => If(StackIs(Guid.NewGuid().ToString()), Allow("stack:read")));

        await people["ada"]
            .GiveRole("mia", await people["ada"].MakeRole("many", Group([.. entries, If(StackIs(known), Allow("stack:read"))])));

        (await people["mia"].ListStacks()).Names().ShouldBe(["acme/x/dev"]);
        var more = Enumerable.Range(0, 2001).Select(i => If(TagIs("n", i.ToString(CultureInfo.InvariantCulture)), Allow("stack:read")));
        (await people["ada"].PostRole("too-many", Group([.. more])).Status()).ShouldBe(400);
        // As many conditions as there may be, and none of them a stack's name.
        await people["ada"].GiveRole("mia", await people["ada"].MakeRole("tags", Group([.. more.Take(2000)])));
        (await people["mia"].ListStacks()).Names().ShouldBeEmpty();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_teams_role_adds_to_what_its_members_have_as_long_as_they_are_in_it(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");
        var reads = await people["ada"].MakeRole("readers", Allow("stack:read"));
        var tags = await people["ada"].MakeRole("taggers", Allow("stack:read", "stack_tags:update"));
        (await people["ada"].Post("/api/orgs/acme/teams/pulumi", """{"name":"ops"}""")).EnsureSuccessStatusCode();
        (await people["ada"].Patch("/api/orgs/acme/teams/ops", """{"memberAction":"add","member":"mia"}""")).EnsureSuccessStatusCode();

        (await people["ada"].Post($"/api/orgs/acme/teams/ops/roles/{reads}", "").Status()).ShouldBe(204);
        (await people["mia"].GetAsync("/api/stacks/acme/x/dev").Status()).ShouldBe(200);
        (await people["ada"].Post($"/api/orgs/acme/teams/ops/roles/{tags}", "").Status()).ShouldBe(204, "in the place of the other");
        (await people["ada"].GetFromJsonAsync("/api/orgs/acme/teams/ops/roles", WireJson.Default.ListRolesResponse))!
            .Roles.Select(r => r.Name)
            .ShouldBe(["taggers"]);
        (await people["mia"].Post("/api/stacks/acme/x/dev/tags", """{"name":"a","value":"b"}""").Status()).ShouldBe(204);
        (await people["ada"].GetFromJsonAsync($"{RoleCalls.Roles}/{tags}/teams", WireJson.Default.ListTeamsWithRoleResponse))!
            .Teams.Select(t => t.Name)
            .ShouldBe(["ops"]);
        (await people["ada"].DeleteAsync($"/api/orgs/acme/teams/ops/roles/{reads}").Status()).ShouldBe(404);
        (await people["ada"].DeleteAsync($"/api/orgs/acme/teams/ops/roles/{tags}").Status()).ShouldBe(204);
        (await people["mia"].GetAsync("/api/stacks/acme/x/dev").Status()).ShouldBe(404);
        (await people["ada"].Post("/api/orgs/acme/teams/ops/roles/admin", "").Status()).ShouldBe(400);

        var own = await people["ada"].Post("/api/orgs/acme/teams/ops/enable-team-roles", "");
        (await own.Content.ReadFromJsonAsync(WireJson.Default.PermissionDescriptorRecord))!.UxPurpose.ShouldBe("role_private");
        (await people["mia"].GetAsync("/api/stacks/acme/x/dev").Status()).ShouldBe(404, "a new role of a team gives nothing yet");
        (await people["ada"].Post("/api/orgs/acme/teams/ops/enable-team-roles", "").Status()).ShouldBe(200, "asking again finds it");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_role_that_is_deleted_leaves_nothing_in_its_place(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        (await people["ada"].Patch("/api/orgs/acme", """{"setDefaultStackPermission":103}""")).EnsureSuccessStatusCode();
        await people["ada"].CreateStack("acme/x/dev");
        var id = await people["ada"].MakeRole("readers", Allow("stack:read"));
        await people["ada"].GiveRole("mia", id);

        await Refused(
            people["ada"].DeleteAsync($"{RoleCalls.Roles}/{id}"),
            409,
            "'readers' is given to 1 members, teams, tokens or invitations. Give them another, or delete it with force=true: they have no role then."
        );
        (await people["mia"].GetAsync("/api/stacks/acme/x/dev").Status()).ShouldBe(200);
        (await people["ada"].DeleteAsync($"{RoleCalls.Roles}/{id}?force=true").Status()).ShouldBe(204);

        (await people["mia"].GetAsync("/api/stacks/acme/x/dev").Status()).ShouldBe(
            404,
            "what members have would be more than the role gave"
        );
        (await people["ada"].GetAsync($"{RoleCalls.Roles}/{id}").Status()).ShouldBe(404);
        (await people["ada"].Patch("/api/orgs/acme/members/mia", $$"""{"fgaRoleId":"{{id}}"}""").Status()).ShouldBe(400);
        (await people["ada"].Patch("/api/orgs/acme/members/mia", """{"role":"member"}""").Status()).ShouldBe(204);
        (await people["mia"].GetAsync("/api/stacks/acme/x/dev").Status()).ShouldBe(200);
    }

    [Fact]
    public async Task Records_compose_each_other_but_never_themselves()
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");
        var set = await people["ada"].MakeRole("set", Allow("stack:read"), "set");
        var policy = await people["ada"].MakeRole("policy", If(TagIs("pulumi:project", "x"), Compose(set)), "policy");
        var role = await people["ada"].MakeRole("role", Compose(policy));
        await people["ada"].GiveRole("mia", role);

        (await people["mia"].ListStacks()).Names().ShouldBeEmpty();
        (await people["ada"].Post("/api/stacks/acme/x/dev/tags", """{"name":"pulumi:project","value":"x"}""")).EnsureSuccessStatusCode();
        (await people["mia"].ListStacks()).Names().ShouldBe(["acme/x/dev"]);
        (await people["mia"].GetAsync("/api/stacks/acme/x/dev").Status()).ShouldBe(200);
        (await people["ada"].PatchRole(set, Allow("stack:export")).Status()).ShouldBe(200);
        (await people["mia"].ListStacks()).Names().ShouldBeEmpty();

        await Refused(people["ada"].PatchRole(set, Compose(role)), 400, "'set' would compose itself.");
        await Refused(people["ada"].PatchRole(set, Compose(set)), 400, "'set' would compose itself.");
        await Refused(people["ada"].PostRole("other", Compose("nothing")), 400, "It composes 'nothing', which 'acme' has not.");
        await Refused(people["ada"].DeleteAsync($"{RoleCalls.Roles}/{set}"), 409, "'policy' composes 'set'.");
        await Refused(people["ada"].Patch("/api/orgs/acme/members/mia", $$"""{"fgaRoleId":"{{set}}"}"""), 400, "has no role");
        (await people["ada"].DeleteAsync($"{RoleCalls.Roles}/{set}?force=true").Status()).ShouldBe(204);
        (await people["mia"].ListStacks()).Names().ShouldBeEmpty("what is gone gives nothing");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Nobody_gives_more_than_he_has(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");
        var small = await people["ada"].MakeRole("small", Allow("org_member:read"));
        var large = await people["ada"].MakeRole("large", If(TagIs("a", "b"), Allow("stack:decrypt")));
        string[] manager =
        [
            "role:create",
            "role:update",
            "role:delete",
            "org_member:update",
            "org_member:add",
            "org_member:read",
            "invites:create",
            "org_token:create",
            "org_token:read",
            "team:update",
            "auth_policies:update",
        ];
        await people["ada"].GiveRole("mia", await people["ada"].MakeRole("manager", Allow(manager)));
        (await people["ada"].Post("/api/orgs/acme/tokens", """{"name":"strong","admin":true}""")).EnsureSuccessStatusCode();
        var strong = (await people["ada"].GetFromJsonAsync("/api/orgs/acme/tokens", WireJson.Default.ListTokensResponse))!
            .Tokens.Single()
            .Id;
        (await people["ada"].Post("/api/orgs/acme/members/eve", """{"role":"member"}""")).EnsureSuccessStatusCode();
        (await people["ada"].Post("/api/orgs/acme/teams/pulumi", """{"name":"ops"}""")).EnsureSuccessStatusCode();
        var mia = people["mia"];

        (await mia.PostRole("mine", Allow("org_member:read", "role:create")).Status()).ShouldBe(200, "what he has he may give");
        await Refused(mia.PostRole("more", Allow("org_member:delete")), 403, "'org_member:delete'");
        await Refused(mia.PostRole("composed", Compose(large)), 403, "'stack:decrypt'");
        await Refused(mia.PatchRole(small, Allow("org_member:set_admin")), 403, "'org_member:set_admin'");
        await Refused(mia.Patch("/api/orgs/acme/members/eve", $$"""{"fgaRoleId":"{{large}}"}"""), 403, "'stack:decrypt'");
        await Refused(mia.Patch("/api/orgs/acme/members/mia", """{"role":"admin"}"""), 403, "org_member:set_admin");
        await Refused(mia.Patch("/api/orgs/acme/members/ada", $$"""{"fgaRoleId":"{{small}}"}"""), 403, "org_member:set_admin");
        await Refused(mia.Post("/api/orgs/acme/members/root", """{"role":"member"}"""), 403, "gives '", "what members have is more");
        await Refused(mia.Post("/api/orgs/acme/invites/link", """{"role":"admin"}"""), 403, "org_member:set_admin");
        await Refused(mia.Post("/api/orgs/acme/invites/link", $$"""{"role":"member","roleId":"{{large}}"}"""), 403, "'stack:decrypt'");
        await Refused(mia.Post("/api/orgs/acme/tokens", """{"name":"a","admin":true}"""), 403, "org_member:set_admin");
        await Refused(mia.Post("/api/orgs/acme/tokens", $$"""{"name":"b","roleID":"{{large}}"}"""), 403, "'stack:decrypt'");
        await Refused(mia.Post($"/api/orgs/acme/tokens/{strong}/rotate", "{}"), 403, "org_member:set_admin");
        await Refused(mia.Patch($"{RoleCalls.Roles}/{large}/default", ""), 403, "'stack:decrypt'");
        await Refused(mia.Post($"/api/orgs/acme/teams/ops/roles/{large}", ""), 403, "'stack:decrypt'");
        await Refused(
            mia.Patch("/api/orgs/acme/teams/ops", """{"memberAction":"add","member":"mia"}"""),
            403,
            "nobody gives himself what it has"
        );
        (await mia.Patch("/api/orgs/acme/members/eve", $$"""{"fgaRoleId":"{{small}}"}""").Status()).ShouldBe(204);
        (await mia.Post("/api/orgs/acme/tokens", $$"""{"name":"c","roleID":"{{small}}"}""").Status()).ShouldBe(200);
        (await people["eve"].PostRole("no", Allow("org_member:read")).Status()).ShouldBe(403);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Who_may_say_who_has_a_stack_gives_no_more_of_it_than_he_has(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev");
        (await people["ada"].Post("/api/orgs/acme/members/eve", """{"role":"member"}""")).EnsureSuccessStatusCode();
        (await people["ada"].Post("/api/orgs/acme/teams/pulumi", """{"name":"ops"}""")).EnsureSuccessStatusCode();
        string[] read =
        [
            "stack:read",
            "stack:export",
            "stack:encrypt",
            "stack_access:read",
            "stack_annotations:read",
            "stack_deployment:read",
            "stack_deployment_settings:read",
            "stack_schedule:read",
        ];
        await people["ada"].GiveRole("mia", await people["ada"].MakeRole("sharer", Allow([.. read, "stack_access:update"])));

        (await people["mia"].Patch("/api/console/stacks/acme/x/dev/teams/ops", """{"permissions":101}""").Status()).ShouldBe(204);
        await Refused(people["mia"].Patch("/api/console/stacks/acme/x/dev/teams/ops", """{"permissions":103}"""), 403, "less than admin");
        await Refused(people["mia"].Patch("/api/console/stacks/acme/x/dev/teams/ops", """{"permissions":102}"""), 403, "less than write");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task New_members_get_the_default_role_and_invited_ones_that_of_their_invitation(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await Start(server);
        var usual = await people["ada"].MakeRole("usual", Allow("stack:read"));
        var special = await people["ada"].MakeRole("special", Allow("stack:read", "stack:export"));
        (await people["ada"].Patch($"{RoleCalls.Roles}/{usual}/default", "").Status()).ShouldBe(204);
        await Refused(people["ada"].Patch($"{RoleCalls.Roles}/admin/default", ""), 400, "cannot be what new members get");

        (await people["ada"].Post("/api/orgs/acme/members/root", "{}")).EnsureSuccessStatusCode();
        var link = await people["ada"].Post("/api/orgs/acme/invites/link", $$"""{"role":"member","roleId":"{{special}}"}""");
        var invite = (await link.Content.ReadFromJsonAsync(WireJson.Default.CreateInviteResponse))!;
        (await people["ada"].GetFromJsonAsync("/api/orgs/acme/invites", WireJson.Default.ListInvitesResponse))!
            .Invites.Single()
            .RoleId.ShouldBe(special);
        using var browser = new FormBrowser(server);
        await browser.SignIn("eve");
        await browser.Open(new Uri(invite.AcceptInviteUrl).AbsolutePath);
        browser.Text("main").ShouldContain("as special");
        await browser.Submit("accept");

        (await Members(people["ada"])).ShouldBe([
            "ada: administrator",
            "bill: billing manager",
            "eve: special",
            "mia: member",
            "root: usual",
        ]);
        var roles = (await people["ada"].GetFromJsonAsync(RoleCalls.Roles, WireJson.Default.ListRolesResponse))!.Roles;
        roles
            .Select(r => (r.Name, r.DefaultIdentifier, r.IsOrgDefault))
            .ShouldBe([
                ("admin", "admin", false),
                ("member", "member", false),
                ("billing-manager", "billing-manager", false),
                ("special", null, false),
                ("usual", null, true),
            ]);
        (await people["ada"].GetFromJsonAsync($"{RoleCalls.Roles}/{usual}/users", WireJson.Default.ListUsersWithRoleResponse))!
            .Users.Select(u => u.GithubLogin)
            .ShouldBe(["root"]);
        (await people["ada"].Patch($"{RoleCalls.Roles}/member/default", "").Status()).ShouldBe(204);
        (await people["ada"].DeleteAsync("/api/orgs/acme/members/root")).EnsureSuccessStatusCode();
        (await people["ada"].Post("/api/orgs/acme/members/root", "{}")).EnsureSuccessStatusCode();
        (await Members(people["ada"])).ShouldContain("root: member");
    }

    [Fact]
    public async Task A_role_for_one_team_looks_after_that_one()
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);
        foreach (var name in new[] { "ops", "sales" })
        {
            (await people["ada"].Post("/api/orgs/acme/teams/pulumi", $$"""{"name":"{{name}}"}""")).EnsureSuccessStatusCode();
        }
        var ops = Equal("""{"__type":"PermissionExpressionTeam"}""", """{"__type":"PermissionLiteralExpressionTeam","identity":"Ops"}""");
        await people["ada"].GiveRole("mia", await people["ada"].MakeRole("leads", If(ops, Allow("team:update"))));

        (await people["mia"].Patch("/api/orgs/acme/teams/ops", """{"newDescription":"ours"}""").Status()).ShouldBe(204);
        (await people["mia"].Patch("/api/orgs/acme/teams/ops", """{"memberAction":"add","member":"bill"}""").Status()).ShouldBe(204);
        (await people["mia"].Patch("/api/orgs/acme/teams/ops", """{"memberAction":"add","member":"mia"}""").Status()).ShouldBe(403);
        (await people["mia"].Patch("/api/orgs/acme/teams/sales", """{"newDescription":"ours"}""").Status()).ShouldBe(403);
        (await people["mia"].DeleteAsync("/api/orgs/acme/teams/ops").Status()).ShouldBe(403);
    }

    [Fact]
    public async Task A_token_of_the_organization_has_its_role()
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);
        await people["ada"].CreateStack("acme/x/dev", """{"env":"dev"}""");
        await people["ada"].CreateStack("acme/x/prod");
        var id = await people["ada"].MakeRole("ci", If(TagIs("env", "dev"), Allow("stack:read")));
        var made = await people["ada"].Post("/api/orgs/acme/tokens", $$"""{"name":"ci","roleID":"{{id}}"}""");
        var secret = (await made.Content.ReadFromJsonAsync(WireJson.Default.CreateTokenResponse))!.TokenValue;
        using var machine = server.Client(secret);

        (await machine.ListStacks()).Names().ShouldBe(["acme/x/dev"]);
        (await people["ada"].GetFromJsonAsync($"{RoleCalls.Roles}/{id}/tokens", WireJson.Default.ListTokensResponse))!
            .Tokens.Select(t => t.Name)
            .ShouldBe(["ci"]);
        await Refused(
            people["ada"].Post("/api/orgs/acme/tokens", """{"name":"no","roleID":"billing-manager"}"""),
            400,
            "no billing manager"
        );
        (await people["ada"].DeleteAsync($"{RoleCalls.Roles}/{id}?force=true").Status()).ShouldBe(204);
        (await machine.ListStacks()).Names().ShouldBeEmpty();
    }

    [Fact]
    public async Task Everything_that_happens_to_roles_is_in_the_audit_log()
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);
        var id = await people["ada"].MakeRole("readers", Allow("stack:read"));
        await people["ada"].GiveRole("mia", id);
        (await people["ada"].PatchRole(id, Allow())).EnsureSuccessStatusCode();
        (await people["ada"].DeleteAsync($"{RoleCalls.Roles}/{id}?force=true")).EnsureSuccessStatusCode();

        var log = (
            await people["ada"].GetFromJsonAsync("/api/orgs/acme/auditlogs?startTime=2000000000", WireJson.Default.ResponseAuditLogs)
        )!;
        log.AuditLogEvents.Select(e => e.Description)
            .Take(4)
            .ShouldBe([
                "Deleted the role readers",
                "Changed the role readers",
                "Changed the role of mia from member to readers",
                "Created the role readers",
            ]);
    }

    [Fact]
    public async Task The_scopes_are_all_permissions_there_are_once_each()
    {
        await using var server = await TestServer.Start();
        using var people = await Start(server);

        var scopes = (
            await people["mia"]
                .GetFromJsonAsync($"{RoleCalls.Roles}/scopes", WireJson.Default.IReadOnlyDictionaryStringIReadOnlyListRbacScopeGroup)
        )!;

        scopes
            .Values.SelectMany(groups => groups)
            .SelectMany(g => g.Scopes)
            .Select(s => s.Name)
            .Order(StringComparer.Ordinal)
            .ShouldBe(Server.Auth.Permission.All.Order(StringComparer.Ordinal));
    }

    private static readonly (string Name, string Tags)[] Samples =
    [
        ("none", "{}"),
        ("dev", """{"env":"dev"}"""),
        ("prod", """{"env":"prod"}"""),
        ("both", """{"env":"dev","tier":"1"}"""),
        ("tier", """{"tier":"2"}"""),
    ];

    private static async Task<List<string>> Members(HttpClient client) =>
        [
            .. (await client.GetFromJsonAsync("/api/orgs/acme/members", WireJson.Default.ListMembersResponse))!.Members.Select(m =>
                $"{m.User.GithubLogin}: {m.FgaRole.Name}"
            ),
        ];

    private static async Task Refused(Task<HttpResponseMessage> asking, int status, string reason, string? because = null)
    {
        var answer = await asking;
        var text = (await answer.Content.ReadAsStringAsync()).Replace("\\u0027", "'", StringComparison.Ordinal);
        ((int)answer.StatusCode).ShouldBe(status, because ?? text);
        text.ShouldContain(reason);
    }

    /// <summary>Members have no stack by themselves.</summary>
    private static async Task<People> Start(TestServer server)
    {
        var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.None);
        return people;
    }
}
