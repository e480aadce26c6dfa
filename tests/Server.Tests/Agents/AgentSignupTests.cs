using System.Globalization;
using System.Text.Json.Nodes;
using Server.Agents;
using Support;

namespace Server.Tests.Agents;

public class AgentSignupTests
{
    private const string Path = "/api/agents/signup";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_agent_makes_itself_an_account_works_and_hands_it_to_a_person(Engine engine)
    {
        await using var server = await Start(engine);
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        using var stranger = server.Stock("", null);
        var challenge = (await stranger.Get(Path)).Expect().Json;

        var made = (await stranger.Post(Path, Solved(challenge))).Expect().Json;

        var login = made["userInfo"]!["githubLogin"]!.GetValue<string>();
        DateTimeOffset
            .Parse(made["accessTokenValidUntil"]!.GetValue<string>(), CultureInfo.InvariantCulture)
            .ShouldBe(server.Clock.GetUtcNow() + TimeSpan.FromHours(72), TimeSpan.FromSeconds(1));
        using (var agent = server.Stock(made["accessToken"]!.GetValue<string>(), null))
        {
            var user = (await agent.Get("/api/user")).Expect().Json;
            (user["githubLogin"]!.GetValue<string>(), user["isAgent"]!.GetValue<bool>(), user["siteAdmin"]!.GetValue<bool>()).ShouldBe(
                (login, true, false)
            );
            await agent.CreateStack($"{login}/web/dev");
        }

        var claim = made["claimToken"]!.GetValue<string>();
        (await stranger.Get($"{Path}/validate/{claim}")).Expect();
        await browser.Open("/claim/" + claim);
        browser.Text(".facts").ShouldContain("claude <b>");
        await browser.Submit("claim");
        await browser.Open($"/{login}/web/dev");
        browser.Page.QuerySelector(".stack-head").ShouldNotBeNull();
        (await stranger.Get($"{Path}/validate/{claim}")).Code.ShouldBe(404);
        await browser.Open("/claim/" + claim);
        browser.Text("h1").ShouldBe("There is nothing to take over");
        server.Clock.Advance(TimeSpan.FromHours(73));
        using var late = server.Stock(made["accessToken"]!.GetValue<string>(), null);
        (await late.Get("/api/user")).Code.ShouldBe(401);
    }

    [Fact]
    public async Task A_challenge_is_ours_fresh_solved_and_used_once()
    {
        await using var server = await Start(Engine.Sqlite);
        await server.AddAccount("ann");
        using var stranger = server.Stock("", null);
        var challenge = (await stranger.Get(Path)).Expect().Json;
        var solved = Solved(challenge);

        (await stranger.Post(Path, new JsonObject())).Code.ShouldBe(400);
        (await stranger.Post(Path, With(solved, "challengeResult", "1"))).Code.ShouldBe(400);
        (await stranger.Post(Path, With(solved, "challengeResult", "-5"))).Code.ShouldBe(400);
        (await stranger.Post(Path, With(solved, "challengeID", "made-up"))).Code.ShouldBe(400);
        (await stranger.Post(Path, solved)).Expect();
        (await stranger.Post(Path, solved)).Code.ShouldBe(400);
        var old = Solved((await stranger.Get(Path)).Expect().Json);
        server.Clock.Advance(TimeSpan.FromMinutes(11));
        (await stranger.Post(Path, old)).Code.ShouldBe(400);
    }

    [Fact]
    public async Task On_a_new_server_no_agent_becomes_its_administrator()
    {
        await using var server = await Start(Engine.Sqlite);
        using var stranger = server.Stock("", null);
        (await stranger.Get(Path)).Code.ShouldBe(404);
        (await stranger.Post(Path, new JsonObject())).Code.ShouldBe(404);
    }

    private static Task<TestServer> Start(Engine engine) => TestServer.Start(engine, s => s with { AgentSignUp = true });

    private static JsonObject With(JsonObject body, string member, string value)
    {
        var other = body.DeepClone().AsObject();
        other[member] = value;
        return other;
    }

    /// <summary>As the client does it.</summary>
    private static JsonObject Solved(JsonNode challenge)
    {
        var data = challenge["challengeData"]!.GetValue<string>();
        data.Split(':').Length.ShouldBe(3);
        var nonce = 0;
        while (AgentChallenge.Zeros($"{data}:{nonce}") < int.Parse(data.Split(':')[2], CultureInfo.InvariantCulture))
        {
            nonce++;
        }
        return new()
        {
            ["challengeID"] = challenge["challengeID"]!.GetValue<string>(),
            ["challengeResult"] = nonce.ToString(CultureInfo.InvariantCulture),
            ["agentName"] = "claude <b>",
            ["agentModel"] = "m",
            ["challengeSolveDurationMs"] = 5,
        };
    }
}
