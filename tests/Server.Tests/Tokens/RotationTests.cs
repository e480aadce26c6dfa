using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Support;
using Wire;

namespace Server.Tests.Tokens;

public class RotationTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_rotated_token_has_two_values_until_the_overlap_ends(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        var made = await Make(ann);
        using var before = server.Client(made.TokenValue);

        var rotated = await Rotate(ann, made.Id, """{"overlap":3600}""");
        using var after = server.Client(rotated.TokenValue);

        rotated.TokenValue.ShouldNotBe(made.TokenValue);
        rotated.PreviousExpires.ShouldBe(server.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds());
        (await before.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await after.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Listed(ann, made.Id))!.PreviousExpires.ShouldBe(rotated.PreviousExpires);

        server.Clock.Advance(TimeSpan.FromMinutes(61));
        (await before.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await after.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Listed(ann, made.Id))!.PreviousExpires.ShouldBeNull();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Without_overlap_and_at_a_second_rotation_the_oldest_value_is_over_at_once(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        var made = await Make(ann);
        using var first = server.Client(made.TokenValue);
        using var second = server.Client((await Rotate(ann, made.Id, "{}")).TokenValue);
        using var third = server.Client((await Rotate(ann, made.Id, "{}")).TokenValue);

        (await first.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await second.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var fourth = server.Client((await Rotate(ann, made.Id, """{"overlap":0}""")).TokenValue);
        (await third.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await fourth.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ann.DeleteAsync("/api/user/tokens/" + made.Id)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await fourth.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_expired_token_is_not_rotated_nor_is_a_strangers()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");
        var expires = server.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        var made = await Make(ann, $$"""{"description":"short","expires":{{expires}}}""");

        (await bob.PostAsync($"/api/user/tokens/{made.Id}/rotate", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ann.PostAsync($"/api/user/tokens/{made.Id}/rotate", new StringContent("""{"overlap":9999999}"""))).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
        server.Clock.Advance(TimeSpan.FromHours(2));
        (await ann.PostAsync($"/api/user/tokens/{made.Id}/rotate", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_token_is_renamed(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");
        var made = await Make(ann);

        (await ann.PatchAsync("/api/user/tokens/" + made.Id, new StringContent("""{"description":"laptop"}"""))).StatusCode.ShouldBe(
            HttpStatusCode.NoContent
        );
        (await Listed(ann, made.Id))!.Description.ShouldBe("laptop");
        (await bob.PatchAsync("/api/user/tokens/" + made.Id, new StringContent("""{"description":"mine"}"""))).StatusCode.ShouldBe(
            HttpStatusCode.NotFound
        );
        (await ann.PatchAsync("/api/user/tokens/" + made.Id, null)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task What_happens_to_a_token_is_in_its_owners_audit_log_and_its_value_is_not(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        var made = await Make(ann, """{"description":"ci","limits":{"readOnly":true}}""");
        using (var ci = server.Client(made.TokenValue))
        {
            ci.DefaultRequestHeaders.UserAgent.ParseAdd("pulumi/3.260");
            await ci.GetAsync("/api/user");
            await ci.GetAsync("/api/user");
        }
        await server.WriteLastUse();
        var used = (await Listed(ann, made.Id))!;
        var rotated = await Rotate(ann, made.Id, "{}");
        await ann.DeleteAsync("/api/user/tokens/" + made.Id);

        used.LastUsedAddress.ShouldBeOneOf("127.0.0.1", "::1");
        used.LastUsedClient.ShouldBe("pulumi/3.260");
        var rows = await server
            .Services.GetRequiredService<Database>()
            .Query<Row>($"SELECT event, description FROM audit_events ORDER BY id", CancellationToken.None);
        var ofCi = rows.Where(r => r.Description.Contains("'ci'") || r.Description.Contains("pulumi/3.260")).ToList();
        ofCi.Select(r => r.Event)
            .ShouldBe(["personal-token-created", "token-used-from-new-address", "token-rotated", "personal-token-deleted"]);
        ofCi[0].Description.ShouldEndWith("was created, read-only.");
        rows.ShouldNotContain(r => r.Description.Contains(made.TokenValue) || r.Description.Contains(rotated.TokenValue));
    }

    private static async Task<CreateTokenResponse> Make(HttpClient client, string body = """{"description":"ci"}""")
    {
        var answer = await client.PostAsync("/api/user/tokens", new StringContent(body));
        return (await answer.Content.ReadFromJsonAsync(WireJson.Default.CreateTokenResponse))!;
    }

    private static async Task<RotateTokenResponse> Rotate(HttpClient client, string id, string body)
    {
        var answer = await client.PostAsync($"/api/user/tokens/{id}/rotate", new StringContent(body));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(WireJson.Default.RotateTokenResponse))!;
    }

    private static async Task<AccessToken?> Listed(HttpClient client, string id) =>
        (await client.GetFromJsonAsync("/api/user/tokens", WireJson.Default.ListTokensResponse))!.Tokens.SingleOrDefault(t => t.Id == id);

    private sealed record Row
    {
        public required string Event { get; init; }
        public required string Description { get; init; }
    }
}
