using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Server.Tests.OrganizationSignIn;
using Server.Tests.Stacks;
using Support;
using Wire;

namespace Server.Tests.Oidc;

public class TokenExchangeTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_run_of_github_actions_gets_a_token_of_the_organization_until_it_expires(Engine engine)
    {
        await using var at = await Exchanges.Start(engine);
        await at.AllowMain();

        var (status, body) = await at.Exchange(at.Token(), ("expiration", "600"));

        status.ShouldBe(HttpStatusCode.OK, body);
        var grant = JsonNode.Parse(body)!;
        grant["issued_token_type"]!.GetValue<string>().ShouldBe("urn:pulumi:token-type:access_token:organization");
        grant["token_type"]!.GetValue<string>().ShouldBe("token");
        grant["expires_in"]!.GetValue<long>().ShouldBe(600);
        using var ci = at.Server.Client(grant["access_token"]!.GetValue<string>());
        var me = (await ci.GetFromJsonAsync("/api/user", WireJson.Default.User))!;
        me.Organizations.Select(o => o.GithubLogin).ShouldBe(["ann"]);
        me.TokenInfo.ShouldBe(new("oidc/github", "ann", ""));
        await ci.CreateStack("ann/shop/dev");
        (await at.Audited("organization-token-created-for-oidc-issuer")).Single().ShouldContain("repo:acme/shop:ref:refs/heads/main");

        at.Server.Clock.Advance(TimeSpan.FromSeconds(601));
        (await ci.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_of_a_provider_that_is_not_of_our_making_is_exchanged_by_the_rules()
    {
        await using var real = await OpenIddictProvider.Start("joe@corp.example");
        await using var at = await Exchanges.Start(issuer: real.Url);
        await at.Allow(
            $$$"""[{"decision":"allow","tokenType":"organization","rules":{"aud":"{{{OpenIddictProvider.ClientId}}}","sub":"a person@*"}}]"""
        );

        using var machine = await at.Exchanged(await real.IdToken());

        (await machine.GetFromJsonAsync("/api/user", WireJson.Default.User))!.GithubLogin.ShouldBe("ann/oidc/github");
        await at.Allow("""[{"decision":"allow","tokenType":"organization","rules":{"aud":"another","sub":"a person@*"}}]""");
        (await at.Refused(await real.IdToken())).ShouldContain("no rule allows it");
    }

    [Fact]
    public async Task A_new_issuer_lets_nobody_in()
    {
        await using var at = await Exchanges.Start();

        (await at.Refused(at.Token())).ShouldContain("no rule allows it");
        (await at.Audited("oidc-issuer-validation-failed")).Single().ShouldContain("repo:acme/shop");
    }

    [Fact]
    public async Task A_rule_that_denies_beats_those_that_allow_in_any_order()
    {
        await using var at = await Exchanges.Start();
        const string allow =
            """{"decision":"allow","tokenType":"organization","authorizedPermissions":[],"rules":{"repository_owner":"acme"}}""";
        const string deny =
            """{"decision":"deny","tokenType":"organization","authorizedPermissions":[],"rules":{"event_name":"pull_request"}}""";
        foreach (var rules in new[] { $"[{allow},{deny}]", $"[{deny},{allow}]" })
        {
            (await at.Allow(rules)).StatusCode.ShouldBe(HttpStatusCode.OK);

            (await at.Refused(at.Token(c => c["event_name"] = "pull_request"))).ShouldContain("a rule denies it");
            using var pushed = await at.Exchanged(at.Token());
        }
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Nobody_exchanges_the_same_token_twice(Engine engine)
    {
        await using var at = await Exchanges.Start(engine);
        await at.AllowMain();
        var token = at.Token();
        var another = at.Token(c => c.Remove("jti"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => at.Exchange(token)));

        answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
        using var second = await at.Exchanged(another);
        (await at.Refused(another)).ShouldContain("exchanged before");
    }

    [Fact]
    public async Task A_token_lives_as_long_as_asked_but_not_longer_than_the_issuers_may()
    {
        await using var at = await Exchanges.Start();
        await at.AllowMain();

        foreach (var (asked, given) in new (string?, long)[] { (null, 7200), ("60", 60), ("99999999", 90_000) })
        {
            var (_, body) = await at.Exchange(at.Token(), asked is null ? [] : [("expiration", asked)]);
            JsonNode.Parse(body)!["expires_in"]!.GetValue<long>().ShouldBe(given);
        }
        foreach (var wrong in new[] { "0", "-1", "soon" })
        {
            (await at.Refused(at.Token(), ("expiration", wrong))).ShouldContain("number of seconds");
        }
    }

    [Fact]
    public async Task Scope_admin_needs_a_rule_that_grants_it()
    {
        await using var at = await Exchanges.Start();
        await at.AllowMain();
        (await at.Refused(at.Token(), ("scope", "admin"))).ShouldContain("no rule allows the scope admin");

        await at.Allow(
            """[{"decision":"allow","tokenType":"organization","authorizedPermissions":["admin"],"rules":{"sub":"repo:acme/*"}}]"""
        );
        using var admin = await at.Exchanged(at.Token(), ("scope", "admin"));
        (await admin.GetFromJsonAsync("/api/user", WireJson.Default.User))!.Organizations.Single().Role.ShouldBe("admin");
        using var plain = await at.Exchanged(at.Token());
        (await plain.GetFromJsonAsync("/api/user", WireJson.Default.User))!.Organizations.Single().Role.ShouldBe("member");
        (await plain.GetAsync("/api/orgs/ann/oidc/issuers")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        // Not even an administrator's token makes tokens, or lets others in.
        var body = new StringContent("""{"name":"more","description":"","expires":0,"admin":true}""");
        (await admin.PostAsync("/api/orgs/ann/tokens", body)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_personal_token_is_a_members_and_reaches_this_organization_only()
    {
        await using var at = await Exchanges.Start();
        using var bob = await at.Server.ClientOf("bob");
        await bob.CreateStack("bob/own/dev");
        const string rules =
            """[{"decision":"allow","tokenType":"personal","userLogin":"LOGIN","authorizedPermissions":[],"rules":{"actor":"ann"}}]""";
        (string, string)[] Fields(string login) =>
            [("requested_token_type", "urn:pulumi:token-type:access_token:personal"), ("scope", "user:" + login)];

        await at.Allow(rules.Replace("LOGIN", "bob", StringComparison.Ordinal));
        (await at.Refused(at.Token(), Fields("bob"))).ShouldContain("has no member 'bob'");
        (await at.Refused(at.Token(), Fields("ann"))).ShouldContain("no rule allows it");

        await at.Allow(rules.Replace("LOGIN", "ann", StringComparison.Ordinal));
        using var ann = await at.Exchanged(at.Token(), Fields("ann"));
        var me = (await ann.GetFromJsonAsync("/api/user", WireJson.Default.User))!;
        (me.GithubLogin, me.TokenInfo).ShouldBe(("ann", null));
        (await ann.PostAsync("/api/user/tokens", new StringContent("""{"description":"for ever"}"""))).StatusCode.ShouldBe(
            HttpStatusCode.Forbidden
        );
        (await ann.GetAsync("/metrics")).StatusCode.ShouldNotBe(HttpStatusCode.OK); // ann administers the service, the token does not
    }

    [Fact]
    public async Task Tokens_for_another_audience_need_a_rule_that_names_it()
    {
        await using var at = await Exchanges.Start();
        await at.AllowMain();
        (await at.Refused(at.Token(c => c["aud"] = "https://github.com/acme"))).ShouldContain("another audience");

        await at.Allow(
            """[{"decision":"allow","tokenType":"organization","authorizedPermissions":[],"rules":{"aud":"https://github.com/acme","sub":"repo:acme/*"}}]"""
        );
        using var named = await at.Exchanged(at.Token(c => c["aud"] = new JsonArray("x", "https://github.com/acme")));
    }

    [Fact]
    public async Task Deleting_an_issuer_ends_the_tokens_that_it_was_good_for()
    {
        await using var at = await Exchanges.Start();
        await at.AllowMain();
        using var ci = await at.Exchanged(at.Token());

        (await at.Ann.DeleteAsync("/api/orgs/ann/oidc/issuers/" + at.Issuer.Id)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await ci.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await at.Refused(at.Token())).ShouldContain("has no OIDC issuer");
    }

    [Theory]
    [InlineData("audience", "ann", "audience is urn:pulumi:org:")]
    [InlineData("audience", "urn:pulumi:org:bob", "'bob' has no OIDC issuer")]
    [InlineData("audience", "urn:pulumi:org:nobody", "'nobody' has no OIDC issuer")]
    [InlineData("subject_token_type", "urn:ietf:params:oauth:token-type:jwt", "subject_token_type is")]
    [InlineData("subject_token", "hello", "not a signed JWT")]
    [InlineData("scope", "write", "The scope of an organization's token")]
    [InlineData("requested_token_type", "urn:pulumi:token-type:access_token:runner", "There are no deployment runners here")]
    [InlineData("requested_token_type", "urn:pulumi:token-type:access_token:team", "The scope of a team's token is team:NAME.")]
    [InlineData("requested_token_type", "urn:pulumi:token-type:access_token:root", "requested_token_type is")]
    public async Task A_request_that_cannot_be_met_says_why(string field, string value, string reason)
    {
        await using var at = await Exchanges.Start();
        await at.AllowMain();
        using var bob = await at.Server.ClientOf("bob");

        (await at.Refused(at.Token(), (field, value))).ShouldContain(reason);
    }

    [Fact]
    public async Task The_request_may_be_json()
    {
        await using var at = await Exchanges.Start();
        await at.AllowMain();
        var body = new JsonObject
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["audience"] = Exchanges.Audience,
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:id_token",
            ["subject_token"] = at.Token(),
            ["requested_token_type"] = "urn:pulumi:token-type:access_token:organization",
            ["expiration"] = 60,
        };
        using var client = at.Server.Client();

        var answer = await client.PostAsync("/api/oauth/token", new StringContent(body.ToJsonString(), null, "application/json"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }
}
