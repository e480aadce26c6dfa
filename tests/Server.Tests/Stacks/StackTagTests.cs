using System.Net;
using Support;

namespace Server.Tests.Stacks;

public class StackTagTests
{
    private const string Tags = "/api/stacks/ann/web/dev/tags";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task All_tags_are_replaced_at_once(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev", """{"a":"1","b":"2"}""");

        (await ann.Patch(Tags, """{"b":"3","c:d.e-f_g":"","null":null}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.ReadStack("ann/web/dev")).Tags.ShouldBe(
            new Dictionary<string, string>
            {
                ["b"] = "3",
                ["c:d.e-f_g"] = "",
                ["null"] = "",
            }
        );

        (await ann.Patch(Tags, "{}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.ReadStack("ann/web/dev")).Tags.ShouldBeEmpty();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Two_who_replace_all_tags_at_once_leave_no_mixture(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");

        for (var round = 0; round < 10; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ann.Patch(Tags, $$"""{"a{{i}}":"{{i}}","b{{i}}":"{{i}}"}""")));

            var tags = (await ann.ReadStack("ann/web/dev")).Tags;
            tags.Count.ShouldBe(2);
            tags.Values.Distinct().Count().ShouldBe(1);
        }
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_single_tag_is_added_changed_and_deleted(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev", """{"pulumi:runtime":"go"}""");

        (await ann.Post(Tags, """{"name":"env","value":"dev"}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await ann.Post(Tags, """{"name":"env","value":"x"}""").ShouldBe(400, "Bad Request: The stack has a tag \\u0027env\\u0027 already.");
        (await ann.Patch(Tags + "/env", """{"value":"prod"}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.ReadStack("ann/web/dev")).Tags["env"].ShouldBe("prod");
        (await ann.Patch(Tags + "/other", """{"value":"prod"}""")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ann.DeleteAsync(Tags + "/env")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.DeleteAsync(Tags + "/env")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ann.DeleteAsync(Tags + "/pulumi:runtime")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.Patch(Tags + "/pulumi:runtime", """{"value":"x"}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.ReadStack("ann/web/dev")).Tags.Single().Value.ShouldBe("go");
    }

    [Theory]
    [InlineData("""{"a b":"c"}""")]
    [InlineData("""{"":"c"}""")]
    [InlineData("""{"a":7}""")]
    [InlineData("""{"a":{}}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":"\u0000"}""")]
    [InlineData("""{"pulumi:project":"other"}""")]
    [InlineData("""[{"a":"b"}]""")]
    [InlineData("""{"a":1e999}""")]
    [InlineData("""{"a":""")]
    [InlineData("null")]
    public async Task A_wrong_map_changes_nothing(string body)
    {
        await using var server = await TestServer.Start(Engine.PostgreSql);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev", """{"a":"1"}""");

        (await ann.Patch(Tags, body)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.ReadStack("ann/web/dev")).Tags.Single().Value.ShouldBe("1");
    }

    [Fact]
    public async Task Tags_have_limits()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        var many = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"t{i}\":\"\""));

        (await ann.Patch(Tags, $$"""{"{{new string('n', 40)}}":"{{new string('v', 256)}}"}""")).StatusCode.ShouldBe(
            HttpStatusCode.NoContent
        );
        (await ann.Patch(Tags, $$"""{"{{new string('n', 41)}}":""}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.Patch(Tags, $$"""{"n":"{{new string('v', 257)}}"}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.Patch(Tags, $$"""{{{many}}}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.Patch(Tags, $$"""{{{many}},"one":""}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.Post(Tags, """{"name":"one"}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }
}
