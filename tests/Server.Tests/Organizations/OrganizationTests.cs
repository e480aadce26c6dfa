using System.Net;
using System.Net.Http.Json;
using Server.Organizations;
using Server.Tests.Stacks;
using Support;
using Wire;

namespace Server.Tests.Organizations;

public class OrganizationTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Whoever_makes_an_organization_administers_it_and_its_name_is_taken(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);

        var own = (await people["ada"].GetFromJsonAsync("/api/user", WireJson.Default.User))!.Organizations;
        own.Select(o => (o.GithubLogin, o.Role)).ShouldBe([("ada", "admin"), ("acme", "admin")]);
        foreach (var taken in new[] { "ACME", "mia" })
        {
            (await people["eve"].Post("/api/console/actions/new-organization", $$"""{"orgName":"{{taken}}"}""")).StatusCode.ShouldBe(
                HttpStatusCode.Conflict
            );
        }
        (await people["eve"].Post("/api/console/actions/new-organization", """{"orgName":"settings"}""")).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
        var metadata = (await people["mia"].GetFromJsonAsync("/api/orgs/acme/metadata", WireJson.Default.OrganizationMetadata))!;
        (metadata.UserRole, metadata.MemberCount, metadata.DefaultStackPermission).ShouldBe(("member", 3, 102));
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task What_members_may_do_follows_the_settings_at_once(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);
        await people["ada"].CreateStack("acme/x/dev");
        await people["mia"].CreateStack("acme/x/mine");

        (await people["mia"].ListStacks()).Names().ShouldBe(["acme/x/dev", "acme/x/mine"]);
        (await people["mia"].DeleteAsync("/api/stacks/acme/x/dev")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (
            await people["ada"]
                .Patch(
                    "/api/orgs/acme",
                    """{"setDefaultStackPermission":0,"setMembersCanCreateStacks":false,"setMembersCanDeleteStacks":false}"""
                )
        ).EnsureSuccessStatusCode();
        (await people["mia"].ListStacks()).Names().ShouldBe(["acme/x/mine"], "whoever creates a stack administers it");
        (await people["mia"].GetAsync("/api/stacks/acme/x/dev")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await people["mia"].Post("/api/stacks/acme/x", """{"stackName":"more"}""")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await people["mia"].DeleteAsync("/api/stacks/acme/x/mine")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await people["ada"].Patch("/api/orgs/acme", """{"setDefaultStackPermission":17}""")).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
    }

    [Fact]
    public async Task A_reader_reads_but_does_not_decrypt()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Read);
        await people["ada"].CreateStack("acme/x/dev");
        var sealedText = await (
            await people["mia"].Post("/api/stacks/acme/x/dev/encrypt", """{"plaintext":"c2VjcmV0"}""")
        ).Content.ReadFromJsonAsync(WireJson.Default.EncryptResponse);
        var asked = $$"""{"ciphertext":"{{Convert.ToBase64String(sealedText!.Ciphertext)}}"}""";

        var refused = await people["mia"].Post("/api/stacks/acme/x/dev/decrypt", asked);

        (refused.StatusCode, (await refused.Content.ReadAsStringAsync()).Contains("stack:decrypt", StringComparison.Ordinal)).ShouldBe(
            (HttpStatusCode.Forbidden, true)
        );
        (await people["ada"].Post("/api/stacks/acme/x/dev/decrypt", asked)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await people["mia"].GetAsync("/api/stacks/acme/x/dev/export")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_last_administrator_stays(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);
        (await people["ada"].Patch("/api/orgs/acme/members/ada", """{"role":"member"}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await people["ada"].DeleteAsync("/api/orgs/acme/members/ada")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await people["ada"].Patch("/api/orgs/acme/members/mia", """{"role":"admin"}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var both = await Task.WhenAll(
            people["ada"].Patch("/api/orgs/acme/members/mia", """{"role":"member"}"""),
            people["mia"].Patch("/api/orgs/acme/members/ada", """{"role":"member"}""")
        );

        both.Count(a => a.StatusCode == HttpStatusCode.NoContent).ShouldBe(1);
        var members = new List<OrganizationMember>();
        members.AddRange((await people["bill"].GetFromJsonAsync("/api/orgs/acme/members", WireJson.Default.ListMembersResponse))!.Members);
        members.Count(m => m.Role == "admin").ShouldBe(1);
        members.ShouldAllBe(m => m.User.Email == null, "addresses are for administrators");
    }

    [Fact]
    public async Task Who_is_removed_has_nothing_any_more_and_his_default_is_his_own_again()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.None);
        await people["mia"].CreateStack("acme/x/mine");
        (await people["mia"].Post("/api/user/organizations/acme/default", "")).EnsureSuccessStatusCode();

        (await people["ada"].DeleteAsync("/api/orgs/acme/members/mia")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await people["mia"].GetAsync("/api/stacks/acme/x/mine")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (
            await people["mia"].GetFromJsonAsync("/api/user/organizations/default", WireJson.Default.DefaultOrganization)
        )!.GitHubLogin.ShouldBe("mia");
        (await people["ada"].Post("/api/orgs/acme/members/mia", """{"role":"member"}""")).EnsureSuccessStatusCode();
        (await people["mia"].GetAsync("/api/stacks/acme/x/mine")).StatusCode.ShouldBe(
            HttpStatusCode.NotFound,
            "what he had by name is gone"
        );
    }

    [Fact]
    public async Task A_member_cannot_make_himself_an_administrator_by_fields_that_a_form_or_call_does_not_take()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);

        (await people["mia"].Patch("/api/orgs/acme/members/mia", """{"role":"admin"}""")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (
            await people["ada"]
                .Patch(
                    "/api/orgs/acme/members/mia",
                    """{"role":"member","isAdmin":true,"IsAdmin":true,"accountId":"x","organizationId":"x"}"""
                )
        ).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await people["ada"].Patch("/api/orgs/acme/members/mia", """{"role":"site-admin"}""")).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
        (
            await people["ada"].Patch("/api/orgs/acme", """{"setMembersCanCreateTeams":true,"login":"evil","individual":true,"id":"x"}""")
        ).EnsureSuccessStatusCode();
        (await people["mia"].GetFromJsonAsync("/api/orgs/acme/metadata", WireJson.Default.OrganizationMetadata))!.UserRole.ShouldBe(
            "member"
        );
        (await people["mia"].DeleteAsync("/api/orgs/acme/members/ada")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Organizations_cannot_be_enumerated()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);

        foreach (var path in new[] { "", "/metadata", "/members", "/invites", "/search/resources" })
        {
            var there = await people["eve"].GetAsync($"/api/orgs/acme{path}");
            var not = await people["eve"].GetAsync($"/api/orgs/nope{path}");
            (there.StatusCode, await there.Content.ReadAsStringAsync()).ShouldBe(
                (HttpStatusCode.NotFound, (await not.Content.ReadAsStringAsync()).Replace("nope", "acme", StringComparison.Ordinal))
            );
        }
    }
}
