using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Server.Oidc;
using Support;

namespace Server.Tests.Oidc;

/// <summary>Attacks on the exchange, by name.</summary>
public class OidcAttackTests
{
    [Theory]
    [InlineData("none", "")]
    [InlineData("NONE", "x")]
    [InlineData("HS256", "x")]
    [InlineData("HS512", "x")]
    [InlineData("RS256", "x")]
    [InlineData("", "x")]
    public async Task Algorithm_confusion_a_token_is_not_believed_for_an_algorithm_of_its_choice(string algorithm, string signature)
    {
        await using var at = await Exchanges.Start();
        await at.AllowMain();
        var header = new JsonObject
        {
            ["alg"] = algorithm,
            ["typ"] = "JWT",
            ["kid"] = at.Provider.KeyId,
        };

        var token = TokenIssuer.Token(header, at.Claims(), _ => Encoding.ASCII.GetBytes(signature));

        (await at.Refused(token)).ShouldContain("subject token", Case.Insensitive);
    }

    [Fact]
    public async Task Algorithm_confusion_the_public_key_is_no_shared_secret()
    {
        await using var at = await Exchanges.Start();
        await at.AllowMain();
        var header = new JsonObject { ["alg"] = "HS256", ["kid"] = at.Provider.KeyId };
        byte[][] secrets =
        [
            at.Provider.Key.ExportSubjectPublicKeyInfo(),
            Encoding.ASCII.GetBytes(at.Provider.Key.ExportSubjectPublicKeyInfoPem()),
            Encoding.ASCII.GetBytes(at.Provider.Key.ExportSubjectPublicKeyInfoPem() + "\n"),
            Encoding.ASCII.GetBytes(at.Provider.KeySet["keys"]![0]!["n"]!.GetValue<string>()),
        ];
        foreach (var secret in secrets)
        {
            var token = TokenIssuer.Token(header.DeepClone().AsObject(), at.Claims(), bytes => HMACSHA256.HashData(secret, bytes));

            (await at.Refused(token)).ShouldContain("its algorithm is 'HS256'");
        }
    }

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("application/AT+JWT")]
    public async Task Token_substitution_an_access_token_for_another_service_says_nothing_here(string type)
    {
        await using var at = await Exchanges.Start();
        await at.AllowMain();
        var header = new JsonObject
        {
            ["alg"] = "RS256",
            ["kid"] = at.Provider.KeyId,
            ["typ"] = type,
        };

        (await at.Refused(at.Provider.Sign(at.Claims(), header))).ShouldContain("it is an access token");
    }

    [Theory]
    [InlineData("jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    public async Task Key_injection_a_token_does_not_bring_its_own_key(string name)
    {
        await using var at = await Exchanges.Start();
        await using var attacker = await TokenIssuer.Start();
        await at.AllowMain();
        JsonNode key = name == "jwk" ? attacker.KeySet["keys"]![0]!.DeepClone() : attacker.Url + "/keys";
        var header = new JsonObject
        {
            ["alg"] = "RS256",
            ["kid"] = attacker.KeyId,
            [name] = key,
        };

        (await at.Refused(attacker.Sign(at.Claims(), header))).ShouldContain($"its header has '{name}'");
        attacker.Fetches.ShouldBe(0);
    }

    [Theory]
    [InlineData("../../../../dev/null")]
    [InlineData("' OR '1'='1")]
    [InlineData("https://evil.example.com/keys")]
    [InlineData("")]
    public async Task Key_injection_the_name_of_a_key_is_a_name_and_nothing_else(string keyId)
    {
        await using var at = await Exchanges.Start();
        await using var attacker = await TokenIssuer.Start();
        await at.AllowMain();
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = keyId };

        (await at.Refused(attacker.Sign(at.Claims(), header))).ShouldContain("subject token", Case.Insensitive);
        attacker.Fetches.ShouldBe(0);
    }

    [Fact]
    public async Task Another_issuers_signature_is_none()
    {
        await using var at = await Exchanges.Start();
        await using var attacker = await TokenIssuer.Start();
        await at.AllowMain();

        (await at.Refused(attacker.Sign(at.Claims()))).ShouldContain("its signature or issuer is not right"); // the same kid
        (await at.Refused(at.Token(c => c["iss"] = attacker.Url))).ShouldContain("has no OIDC issuer");
        (await at.Refused(at.Token(c => c["iss"] = at.Provider.Url + "/"))).ShouldContain("has no OIDC issuer");
    }

    [Theory]
    [InlineData("exp", -61, "expired")]
    [InlineData("nbf", 61, "not valid yet")]
    [InlineData("iat", 61, "in the future")]
    [InlineData("iat", -86_500, "more than a day ago")]
    public async Task Times_count_with_a_minute_for_clocks_that_differ(string claim, int seconds, string reason)
    {
        await using var at = await Exchanges.Start();
        await at.AllowMain();
        var now = at.Server.Clock.GetUtcNow().ToUnixTimeSeconds();

        (await at.Refused(at.Token(c => c[claim] = now + seconds))).ShouldContain(reason);
        var nearly = seconds > 0 ? seconds - 5 : seconds + 105;
        using var good = await at.Exchanged(at.Token(c => c[claim] = claim == "exp" ? now - 50 : now + nearly));
    }

    [Fact]
    public async Task A_token_without_an_expiry_is_not_taken()
    {
        await using var at = await Exchanges.Start();
        await at.AllowMain();

        (await at.Refused(at.Token(c => c.Remove("exp")))).ShouldContain("subject token", Case.Insensitive);
    }

    [Fact]
    public async Task New_keys_are_found_when_a_token_names_one_and_not_asked_for_more_than_twice_a_minute()
    {
        await using var at = await Exchanges.Start();
        await at.AllowMain();
        using var first = await at.Exchanged(at.Token());
        using var second = await at.Exchanged(at.Token());
        at.Provider.Fetches.ShouldBe(1);

        at.Provider.RotateKey("two");
        at.Server.Clock.Advance(TimeSpan.FromSeconds(31));
        using var third = await at.Exchanged(at.Token());
        at.Provider.Fetches.ShouldBe(2);
        for (var i = 0; i < 5; i++)
        {
            var header = new JsonObject { ["alg"] = "RS256", ["kid"] = "made-up-" + i };
            (await at.Refused(at.Provider.Sign(at.Claims(), header))).ShouldContain("no such key");
        }
        at.Provider.Fetches.ShouldBe(2);

        at.Server.Clock.Advance(TimeSpan.FromMinutes(11));
        at.Provider.Down = true;
        using var while_down = await at.Exchanged(at.Token());
        at.Server.Clock.Advance(TimeSpan.FromMinutes(61));
        (await at.Refused(at.Token())).ShouldContain("answers 503");
    }

    [Fact]
    public async Task Ssrf_a_redirect_is_not_followed_and_plain_http_not_spoken()
    {
        await using var at = await Exchanges.Start();
        await using var server = await TestServer.Start();
        using var bob = await server.ClientOf("bob");

        var redirected = await at.Ann.PostAsync(
            "/api/orgs/ann/oidc/issuers",
            new StringContent($$"""{"name":"x","url":"{{at.Provider.Url}}/elsewhere"}""")
        );
        var plain = await bob.PostAsync("/api/orgs/bob/oidc/issuers", new StringContent($$"""{"name":"x","url":"{{at.Provider.Url}}"}"""));
        var hidden = await bob.PostAsync("/api/orgs/bob/oidc/issuers", new StringContent("""{"name":"x","url":"https://127.0.0.1:1"}"""));

        (redirected.StatusCode, plain.StatusCode, hidden.StatusCode).ShouldBe(
            (HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)
        );
        (await redirected.Content.ReadAsStringAsync()).ShouldContain("answers 302");
        (await plain.Content.ReadAsStringAsync()).ShouldContain("is not an https address");
        (await hidden.Content.ReadAsStringAsync()).ShouldContain("a private address");
    }

    [Theory]
    [InlineData("""[{"decision":"allow","tokenType":"organization","rules":{}}]""", "which claims")]
    [InlineData("""[]""", "1 to 100 rules")]
    [InlineData("""[{"decision":"maybe","tokenType":"organization","rules":{"sub":"x"}}]""", "allow or deny")]
    [InlineData("""[{"decision":"allow","tokenType":"runner","rules":{"sub":"x"}}]""", "no deployment runners")]
    [InlineData("""[{"decision":"allow","tokenType":"team","rules":{"sub":"x"}}]""", "teamName")]
    [InlineData("""[{"decision":"allow","tokenType":"personal","rules":{"sub":"x"}}]""", "userLogin")]
    [InlineData("""[{"decision":"allow","tokenType":"organization","rules":{"sub":7}}]""", "as text")]
    [InlineData("""[{"decision":"allow","tokenType":"organization","authorizedPermissions":["root"],"rules":{"sub":"x"}}]""", "admin")]
    public async Task Rules_that_would_let_everybody_in_or_mean_nothing_are_refused(string policies, string reason)
    {
        await using var at = await Exchanges.Start();

        var answer = await at.Allow(policies);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]!.GetValue<string>().ShouldContain(reason);
    }

    [Theory]
    [InlineData("repo:acme/*:*", "repo:acme/shop:ref:refs/heads/main", true)]
    [InlineData("repo:acme/*", "repo:acme-evil/shop", false)]
    [InlineData("*", "", true)]
    [InlineData("a?c", "ac", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "abbc", false)]
    [InlineData("a.c", "abc", true)]
    [InlineData("a.c", "ac", false)]
    [InlineData("main", "main2", false)]
    [InlineData("Main", "main", false)]
    [InlineData("[a-z]+", "abc", false)]
    public void Patterns_mean_what_is_published_and_nothing_more(string pattern, string text, bool fits) =>
        Glob.Fits(pattern, text).ShouldBe(fits);

    [Fact]
    public void A_pattern_of_many_stars_costs_no_more_than_its_length()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Glob.Fits(string.Concat(Enumerable.Repeat("*a", 500)) + "b", new string('a', 8000)).ShouldBeFalse();

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(1)); // one that goes back and tries again takes years
    }

    [Theory]
    [InlineData("sub", "me")]
    [InlineData("a.b", "deep")]
    [InlineData("\"kubernetes.io\".pod.name", "web-1")]
    [InlineData("https://example.com/role", "admin")]
    [InlineData("groups", "one two")]
    [InlineData("verified", "true")]
    [InlineData("missing.at.all", "")]
    public void Claims_are_found_by_name_and_path(string path, string values)
    {
        using var claims = System.Text.Json.JsonDocument.Parse(
            """{"sub":"me","a":{"b":"deep"},"kubernetes.io":{"pod":{"name":"web-1"}},"https://example.com/role":"admin","groups":["one","two"],"verified":true}"""
        );

        string.Join(' ', Claims.Values(claims.RootElement, path)).ShouldBe(values);
    }
}
