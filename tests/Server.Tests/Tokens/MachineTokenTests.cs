using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Server.Accounts;
using Server.Data;
using Server.Tests.Stacks;
using Support;
using Wire;

namespace Server.Tests.Tokens;

/// <summary>Tokens of organizations and teams, and how long a token may live.</summary>
public class MachineTokenTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_token_of_an_organization_acts_as_itself_and_says_who_it_is(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        var made = await Make(ann, "/api/orgs/ann/tokens", """{"name":"ci","description":"builds","expires":0,"admin":false}""");
        using var ci = server.Client(made.TokenValue);

        var me = (await ci.GetFromJsonAsync("/api/user", WireJson.Default.User))!;
        me.TokenInfo.ShouldBe(new("ci", "ann", ""));
        me.Organizations.Select(o => (o.GithubLogin, o.Role)).ShouldBe([("ann", "member")]);
        me.GithubLogin.ShouldBe("ann/ci");
        await ci.CreateStack("ann/x/dev");

        var listed = (await ann.GetFromJsonAsync("/api/orgs/ann/tokens", WireJson.Default.ListTokensResponse))!.Tokens.Single();
        (listed.Name, listed.Description, listed.Type, listed.CreatedBy, listed.Admin).ShouldBe(
            ("ci", "builds", "organization", "ann", false)
        );
        (await ann.DeleteAsync("/api/orgs/ann/tokens/" + made.Id)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ci.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_name_is_given_once_for_ever(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        var made = await Make(ann, "/api/orgs/ann/tokens", """{"name":"ci","description":"","expires":0,"admin":false}""");
        await Team(server, "ann", "web");
        await ann.DeleteAsync("/api/orgs/ann/tokens/" + made.Id);

        foreach (var tokens in new[] { "/api/orgs/ann/tokens", "/api/orgs/ann/teams/web/tokens" })
        {
            var again = await ann.PostAsync(tokens, new StringContent("""{"name":"CI","description":"","expires":0,"admin":false}"""));
            again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        }
        using var bob = await server.ClientOf("bob");
        await Make(bob, "/api/orgs/bob/tokens", """{"name":"ci","description":"","expires":0,"admin":false}""");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_token_of_a_team_may_what_the_team_may_and_ends_with_it(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await Team(server, "ann", "web");
        var made = await Make(ann, "/api/orgs/ann/teams/web/tokens", """{"name":"web-ci","description":"","expires":0,"admin":true}""");
        using var ci = server.Client(made.TokenValue);

        var me = (await ci.GetFromJsonAsync("/api/user", WireJson.Default.User))!;
        me.TokenInfo.ShouldBe(new("web-ci", "ann", "web"));
        me.Organizations.Single().Role.ShouldBe("member"); // a team's token is no administrator, whatever was asked
        (await ann.GetFromJsonAsync("/api/orgs/ann/tokens", WireJson.Default.ListTokensResponse))!.Tokens.ShouldBeEmpty();
        (await ann.GetAsync("/api/orgs/ann/teams/gone/tokens")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await server.Services.GetRequiredService<Database>().Execute($"DELETE FROM teams WHERE name = 'web'", CancellationToken.None);
        (await ci.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task No_token_of_an_organization_makes_tokens_or_lets_others_in()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        var made = await Make(ann, "/api/orgs/ann/tokens", """{"name":"root","description":"","expires":0,"admin":true}""");
        using var root = server.Client(made.TokenValue);

        foreach (var path in new[] { "/api/orgs/ann/tokens", "/api/user/tokens", "/api/orgs/ann/oidc/issuers" })
        {
            var answer = await root.PostAsync(path, new StringContent("""{"name":"x","description":"x"}"""));
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }
        (await root.GetAsync("/api/orgs/ann/tokens")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Mass_assignment_a_body_sets_nothing_but_what_is_meant_to_be_said()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");
        var me = (await bob.GetFromJsonAsync("/api/user", WireJson.Default.User))!;
        var body = $$"""
            {"description":"x","admin":true,"siteAdmin":true,"type":"organization","accountId":"{{me.Id}}","createdBy":"bob","id":"1",
             "tokenValue":"pul-0000000000000000000000000000000000000000","secretHash":"AA==","issuerId":"1","machine":"x"}
            """;

        var made = await Make(bob, "/api/user/tokens", body);

        made.TokenValue.ShouldNotBe("pul-0000000000000000000000000000000000000000"); // no fixation: the value is the server's
        using var client = server.Client(made.TokenValue);
        var user = (await client.GetFromJsonAsync("/api/user", WireJson.Default.User))!;
        (user.GithubLogin, user.SiteAdmin, user.TokenInfo).ShouldBe(("bob", false, null));
        var listed = (await bob.GetFromJsonAsync("/api/user/tokens", WireJson.Default.ListTokensResponse))!.Tokens[0];
        (listed.Id == "1", listed.Admin, listed.Type, listed.CreatedBy).ShouldBe((false, false, "personal", "bob"));
    }

    [Fact]
    public async Task Nobody_signs_in_as_a_service_account()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await Make(ann, "/api/orgs/ann/tokens", """{"name":"ci","description":"","expires":0,"admin":true}""");
        await using var scope = server.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();

        (await users.FindByNameAsync("ann/ci")).ShouldBeNull();
        (await users.FindByEmailAsync("")).ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"name":""}""", "1 to 40 characters")]
    [InlineData("""{"name":"12345678901234567890123456789012345678901"}""", "1 to 40 characters")]
    [InlineData("""{"name":"a/b"}""", "no slashes")]
    [InlineData("""{"name":"a","expires":1}""", "in the past")]
    [InlineData("""{"name":"a","admin":true,"roleID":"x"}""", "not both")]
    [InlineData("""{"name":"a","roleID":"x"}""", "has no role")]
    public async Task A_bad_request_says_what_would_be_right(string body, string reason)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");

        var answer = await ann.PostAsync("/api/orgs/ann/tokens", new StringContent(body));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(reason);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_organization_refuses_tokens_that_live_longer_than_it_takes(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        var soon = server.Clock.GetUtcNow().AddDays(20).ToUnixTimeSeconds();
        var made = await Make(ann, "/api/user/tokens", $$"""{"description":"short","expires":{{soon}}}""");
        using var shortLived = server.Client(made.TokenValue);
        await ann.CreateStack("ann/x/dev");

        var preview = (await ann.GetFromJsonAsync("/api/orgs/ann/token-expiry?days=30", WireJson.Default.TokenExpiryCap))!;
        preview.MaxDays.ShouldBe(0);
        preview.Affected.Select(t => t.Description).ShouldBe(["test"]);
        (await shortLived.PutAsync("/api/orgs/ann/token-expiry", new StringContent("""{"maxDays":30}"""))).StatusCode.ShouldBe(
            HttpStatusCode.NoContent
        );

        var refused = await ann.GetAsync("/api/stacks/ann/x/dev");
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var message = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["message"]!.GetValue<string>();
        message.ShouldContain("The organization 'ann' takes access tokens only that expire within 30 days");
        (await ann.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await shortLived.ReadStack("ann/x/dev")).StackName.ShouldBe("dev");
        using var bob = await server.ClientOf("bob");
        (await bob.GetAsync("/api/stacks/ann/x/dev")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await shortLived.PostAsync("/api/orgs/ann/tokens", new StringContent("""{"name":"old"}"""))).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
        (await Metadata(shortLived)).ShouldBe(30);
        (await shortLived.PatchAsync("/api/orgs/ann", new StringContent("""{"setMaxAccessTokenExpiryDays":3651}"""))).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
        (
            await shortLived.PatchAsync("/api/orgs/ann", new StringContent("""{"setMaxAccessTokenExpiryDays":31}"""))
        ).EnsureSuccessStatusCode();
        (await Metadata(shortLived)).ShouldBe(31, "the published way says the same");
        (await shortLived.PutAsync("/api/orgs/ann/token-expiry", new StringContent("""{"maxDays":4000}"""))).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
        await shortLived.PutAsync("/api/orgs/ann/token-expiry", new StringContent("""{"maxDays":0}"""));
        (await ann.GetAsync("/api/stacks/ann/x/dev")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<CreateTokenResponse> Make(HttpClient client, string path, string body)
    {
        var answer = await client.PostAsync(path, new StringContent(body));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(WireJson.Default.CreateTokenResponse))!;
    }

    private static Task<int> Team(TestServer server, string organization, string name) =>
        server
            .Services.GetRequiredService<Database>()
            .Execute(
                $"""
                INSERT INTO teams (id, organization_id, name, name_key, display_name, description, kind, created_ms)
                SELECT {Guid.NewGuid().ToString()}, id, {name}, {name}, {name}, '', 'pulumi', 0 FROM organizations WHERE login_key = {organization}
                """,
                CancellationToken.None
            );

    private static async Task<long> Metadata(HttpClient client) =>
        (await client.GetFromJsonAsync("/api/orgs/ann/metadata", WireJson.Default.OrganizationMetadata))!.MaxAccessTokenExpiryDays;
}
