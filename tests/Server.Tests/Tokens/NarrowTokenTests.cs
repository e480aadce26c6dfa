using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Server.Auth;
using Server.Data;
using Server.Tests.Stacks;
using Support;
using Wire;

namespace Server.Tests.Tokens;

/// <summary>Tokens that may less than their owner.</summary>
public class NarrowTokenTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_read_only_token_reads_everything_and_changes_nothing(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/x/dev");
        using var reader = await Narrow(server, ann, """{"readOnly":true}""");

        (await reader.ReadStack("ann/x/dev")).StackName.ShouldBe("dev");
        (await Encrypted(reader, "ann/x/dev")).ShouldNotBeEmpty(); // makes a ciphertext, and changes nothing
        foreach (var route in Changing(server))
        {
            var answer = await reader.SendAsync(new HttpRequestMessage(Method(route), Path(route)));
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, route.DisplayName);
        }
        (await ann.ReadStack("ann/x/dev")).StackName.ShouldBe("dev");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_token_without_secrets_does_all_but_decrypt(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/x/dev");
        using var blind = await Narrow(server, ann, """{"noDecrypt":true}""");
        var ciphertext = await Encrypted(blind, "ann/x/dev");

        foreach (
            var path in new[]
            {
                "stacks/ann/x/dev/decrypt",
                "stacks/ann/x/dev/batch-decrypt",
                "projects/ann/x/decrypt",
                "projects/ann/x/batch-decrypt",
            }
        )
        {
            var answer = await blind.PostAsync("/api/" + path, Json($$"""{"ciphertext":"{{ciphertext}}"}"""));
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("may not decrypt secrets");
        }
        (await ann.PostAsync("/api/stacks/ann/x/dev/decrypt", Json($$"""{"ciphertext":"{{ciphertext}}"}"""))).StatusCode.ShouldBe(
            HttpStatusCode.OK
        );
        await blind.CreateStack("ann/x/other");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task For_a_token_of_one_stack_no_other_exists(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/x/dev");
        await ann.CreateStack("ann/x/prod");
        using var narrow = await Narrow(server, ann, """{"stack":"ann/x/dev"}""");

        (await narrow.ReadStack("ann/x/dev")).StackName.ShouldBe("dev");
        var other = await narrow.GetAsync("/api/stacks/ann/x/prod");
        var missing = await narrow.GetAsync("/api/stacks/ann/x/gone");
        (other.StatusCode, await other.Content.ReadAsStringAsync()).ShouldBe(
            (HttpStatusCode.NotFound, (await missing.Content.ReadAsStringAsync()).Replace("gone", "prod", StringComparison.Ordinal))
        );
        var stacks = await narrow.GetFromJsonAsync("/api/user/stacks", WireJson.Default.ListStacksResponse);
        stacks!.Stacks.Select(s => s.StackName).ShouldBe(["dev"]);
        (await narrow.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await narrow.GetAsync("/api/orgs/ann/search/resources")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await narrow.PostAsync("/api/stacks/ann/x", Json("""{"stackName":"new"}"""))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await narrow.PostAsync("/api/stacks/ann/x/dev/rename", Json("""{"newName":"dev2"}"""))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await narrow.ReadStack("ann/x/dev2")).StackName.ShouldBe("dev2"); // bound to the stack, not to its name
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task For_a_token_of_one_organization_no_other_exists(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");
        await Join(server, "ann", "bob");
        using var narrow = await Narrow(server, bob, """{"organization":"ann"}""");
        await ann.CreateStack("ann/x/dev");
        await bob.CreateStack("bob/x/dev");

        (await narrow.ReadStack("ann/x/dev")).StackName.ShouldBe("dev");
        (await narrow.GetAsync("/api/stacks/bob/x/dev")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await narrow.GetAsync("/api/orgs/bob/search/resources")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var me = await narrow.GetFromJsonAsync("/api/user", WireJson.Default.User);
        me!.Organizations.Select(o => o.GithubLogin).ShouldBe(["ann"]);
        var stacks = await narrow.GetFromJsonAsync("/api/user/stacks", WireJson.Default.ListStacksResponse);
        stacks!.Stacks.Select(s => s.OrgName).ShouldBe(["ann"]);
    }

    [Theory]
    [InlineData("""{"readOnly":true}""")]
    [InlineData("""{"noDecrypt":true}""")]
    [InlineData("""{"stack":"ann/x/dev"}""")]
    [InlineData("""{"organization":"ann"}""")]
    public async Task No_narrow_token_makes_itself_a_wider_one(string limits)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/x/dev");
        using var narrow = await Narrow(server, ann, limits);
        var id = (await ann.GetFromJsonAsync("/api/user/tokens", WireJson.Default.ListTokensResponse))!.Tokens[^1].Id;

        (await narrow.PostAsync("/api/user/tokens", Json("""{"description":"wide"}"""))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await narrow.PostAsync($"/api/user/tokens/{id}/rotate", Json("{}"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await narrow.DeleteAsync("/api/user/tokens/" + id)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await narrow.PostAsync("/api/stacks/ann/x/dev/transfer", Json("""{"toOrg":"bob"}"""))).StatusCode.ShouldBe(
            HttpStatusCode.Forbidden
        );
    }

    [Theory]
    [InlineData("""{"stack":"ann/x/gone"}""", "There is no stack ")]
    [InlineData("""{"stack":"dev"}""", "organization/project/stack")]
    [InlineData("""{"organization":"bob"}""", "You are in no organization ")]
    public async Task A_token_is_bound_only_to_what_its_owner_sees(string limits, string problem)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");

        var answer = await ann.PostAsync("/api/user/tokens", Json($$"""{"description":"x","limits":{{limits}}}"""));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(problem);
    }

    [Theory]
    [InlineData("stack:read", true, true)]
    [InlineData("stack:decrypt", true, false)]
    [InlineData("environment:open", true, false)]
    [InlineData("stack:write", false, true)]
    [InlineData("stack:something_new", false, true)]
    [InlineData("org_token:create", false, false)]
    [InlineData("auth_policies:update", false, false)]
    public void Limits_only_ever_take_permissions_away(string permission, bool readOnly, bool noDecrypt)
    {
        new Limits { ReadOnly = true }
            .Permit(permission)
            .ShouldBe(readOnly);
        new Limits { NoDecrypt = true }
            .Permit(permission)
            .ShouldBe(noDecrypt);
        Limits.None.Permit(permission).ShouldBeTrue();
    }

    private static IEnumerable<RouteEndpoint> Changing(TestServer server)
    {
        string[] meantForReading =
        [
            "encrypt",
            "decrypt",
            "open",
            "check",
            "decrypt-secrets",
            "encrypt-secrets",
            "batch-encrypt",
            "batch-decrypt",
            "log-decryption",
            "log-batch-decryption",
        ];
        return server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(r =>
                r.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal)
                && Method(r).Method is not ("GET" or "HEAD")
                && r.Metadata.OfType<Microsoft.AspNetCore.Authorization.AuthorizationPolicy>()
                    .Any(p => p.AuthenticationSchemes.Contains(Access.TokenScheme))
                && !meantForReading.Contains(r.RoutePattern.RawText!.Split('/')[^1])
            );
    }

    private static HttpMethod Method(RouteEndpoint route) =>
        new(route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods[0] ?? "GET");

    private static string Path(RouteEndpoint route) =>
        string.Join(
            '/',
            route
                .RoutePattern.RawText!.Split('/')
                .Select(s =>
                    s switch
                    {
                        "{orgName}" => "ann",
                        "{stackName}" => "dev",
                        _ when s.StartsWith('{') => "x",
                        _ => s,
                    }
                )
        );

    private static async Task<HttpClient> Narrow(TestServer server, HttpClient owner, string limits)
    {
        var answer = await owner.PostAsync("/api/user/tokens", Json($$"""{"description":"narrow","limits":{{limits}}}"""));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return server.Client((await answer.Content.ReadFromJsonAsync(WireJson.Default.CreateTokenResponse))!.TokenValue);
    }

    private static Task<int> Join(TestServer server, string organization, string login) =>
        server
            .Services.GetRequiredService<Database>()
            .Execute(
                $"""
                INSERT INTO memberships (account_id, organization_id, role, is_default)
                SELECT a.id, o.id, 'member', FALSE FROM accounts a, organizations o
                WHERE a.login_key = {login} AND o.login_key = {organization}
                """,
                CancellationToken.None
            );

    private static async Task<string> Encrypted(HttpClient client, string stack)
    {
        var answer = await client.PostAsync($"/api/stacks/{stack}/encrypt", Json("""{"plaintext":"aGVsbG8="}"""));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return Convert.ToBase64String((await answer.Content.ReadFromJsonAsync(WireJson.Default.EncryptResponse))!.Ciphertext);
    }

    private static StringContent Json(string text) => new(text);
}
