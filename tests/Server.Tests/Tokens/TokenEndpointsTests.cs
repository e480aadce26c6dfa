using System.Data.Common;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Support;
using Wire;

namespace Server.Tests.Tokens;

public class TokenEndpointsTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_created_token_works_and_a_deleted_one_is_refused_on_the_very_next_request(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");

        var created = await Create(ann, """{"description":"ci"}""");
        created.TokenValue.ShouldMatch("^pul-[0-9a-f]{40}$");
        using var ci = server.Client(created.TokenValue);
        (await ci.GetFromJsonAsync("/api/user", WireJson.Default.User))!.GithubLogin.ShouldBe("ann");

        (await ann.DeleteAsync("/api/user/tokens/" + created.Id)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ci.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await ann.DeleteAsync("/api/user/tokens/" + created.Id)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_token_works_until_the_moment_it_expires(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        var expires = server.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        var created = await Create(ann, $$"""{"description":"short","expires":{{expires}}}""");
        using var shortLived = server.Client(created.TokenValue);

        server.Clock.Advance(TimeSpan.FromMinutes(59));
        (await shortLived.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        (await shortLived.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        (await List(ann, "filter=active")).Tokens.Select(t => t.Description).ShouldBe(["test"]);
        (await List(ann, "filter=expired")).Tokens.Select(t => t.Description).ShouldBe(["short"]);
        (await List(ann, "filter=all")).Tokens.Count.ShouldBe(2);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_list_comes_in_pages_newest_first(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        for (var i = 1; i <= 4; i++)
        {
            await Create(ann, $$"""{"description":"t{{i}}"}""");
            await Task.Delay(2); // ids sort by the millisecond
        }

        var first = await List(ann, "maxResults=2");
        var second = await List(ann, $"maxResults=2&continuationToken={first.ContinuationToken}");
        var third = await List(ann, $"maxResults=2&continuationToken={second.ContinuationToken}");

        first.Tokens.Concat(second.Tokens).Concat(third.Tokens).Select(t => t.Description).ShouldBe(["t4", "t3", "t2", "t1", "test"]);
        third.ContinuationToken.ShouldBeNull();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Nobody_sees_or_deletes_the_tokens_of_another(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");
        var own = (await List(ann, "")).Tokens.Single();

        (await bob.DeleteAsync("/api/user/tokens/" + own.Id)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await List(bob, "filter=all")).Tokens.ShouldNotContain(t => t.Id == own.Id);
        (await ann.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Last_use_is_written_down_late_but_the_first_at_once(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");

        await ann.GetAsync("/api/user");
        var seen = server.Clock.GetUtcNow().ToUnixTimeSeconds();
        await Until(async () => (await List(ann, "")).Tokens.Single().LastUsed == seen);

        server.Clock.Advance(TimeSpan.FromSeconds(40)); // past the half minute at which notes are written
        await ann.GetAsync("/api/user");
        await Until(async () =>
        {
            server.Clock.Advance(TimeSpan.FromSeconds(31));
            return (await List(ann, "")).Tokens.Single().LastUsed > seen;
        });
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_last_use_that_could_not_be_written_down_is_written_later(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        var database = server.Services.GetRequiredService<Database>();
        await database.Execute($"ALTER TABLE token_addresses RENAME TO gone", default);

        await ann.GetAsync("/api/user");
        await Should.ThrowAsync<DbException>(server.WriteLastUse());
        await database.Execute($"ALTER TABLE gone RENAME TO token_addresses", default);
        await server.WriteLastUse();

        (await List(ann, "")).Tokens.Single().LastUsed.ShouldBe(server.Clock.GetUtcNow().ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("""{"description":"x","expires":1}""", "The expiry is in the past.")]
    [InlineData("""{"description":"x","expires":99999999999}""", "The expiry is more than two years ahead.")]
    [InlineData("""{"description":"x","expires":9223372036854775807}""", "The expiry is more than two years ahead.")]
    [InlineData("""{"description":"a\nb"}""", "A description has no line breaks or control characters.")]
    [InlineData("null", "The body must be a JSON object, not null.")]
    public async Task A_bad_request_says_what_would_be_right(string body, string expected)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");

        var answer = await ann.PostAsync("/api/user/tokens", new StringContent(body));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(expected);
    }

    [Theory]
    [InlineData("maxResults=0")]
    [InlineData("maxResults=many")]
    [InlineData("continuationToken=made-up")]
    [InlineData("filter=revoked")]
    public async Task A_bad_query_is_a_400(string query)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");

        (await ann.GetAsync("/api/user/tokens?" + query)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("token {0}", HttpStatusCode.OK)]
    [InlineData("Bearer {0}", HttpStatusCode.OK)]
    [InlineData("Basic {0}", HttpStatusCode.Unauthorized)]
    [InlineData("{0}", HttpStatusCode.Unauthorized)]
    [InlineData("token {0}x", HttpStatusCode.Unauthorized)]
    [InlineData("token pul-0000000000000000000000000000000000000000", HttpStatusCode.Unauthorized)]
    [InlineData("token ", HttpStatusCode.Unauthorized)]
    public async Task Only_a_known_token_in_a_known_scheme_opens_the_api(string header, HttpStatusCode expected)
    {
        await using var server = await TestServer.Start();
        var token = await server.TokenOf(await server.AddAccount("ann"));
        using var client = server.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/user");
        request.Headers.TryAddWithoutValidation("Authorization", header.Replace("{0}", token, StringComparison.Ordinal));

        (await client.SendAsync(request)).StatusCode.ShouldBe(expected);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Fifty_tokens_made_at_once_all_work(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");

        var made = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Create(ann, $$"""{"description":"t{{i}}"}""")));

        var statuses = await Task.WhenAll(
            made.Select(async t =>
            {
                using var client = server.Client(t.TokenValue);
                return (await client.GetAsync("/api/user")).StatusCode;
            })
        );
        statuses.ShouldAllBe(s => s == HttpStatusCode.OK);
    }

    private static async Task<CreateTokenResponse> Create(HttpClient client, string body)
    {
        var answer = await client.PostAsync("/api/user/tokens", new StringContent(body));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(WireJson.Default.CreateTokenResponse))!;
    }

    private static async Task<ListTokensResponse> List(HttpClient client, string query) =>
        (await client.GetFromJsonAsync("/api/user/tokens?" + query, WireJson.Default.ListTokensResponse))!;

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (var tries = 0; !await condition(); tries++)
        {
            tries.ShouldBeLessThan(200, "the condition never came true");
            await Task.Delay(25);
        }
    }
}
