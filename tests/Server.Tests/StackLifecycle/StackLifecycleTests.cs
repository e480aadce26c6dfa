using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Stacks;
using Server.State;
using Server.Tests.Stacks;
using Support;

namespace Server.Tests.StackLifecycle;

public class StackLifecycleTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_stack_is_made_read_and_deleted_and_its_project_comes_and_goes_with_it(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        (await HeadProject(ann)).ShouldBe(HttpStatusCode.NotFound);

        await ann.CreateStack("ann/web/dev", """{"pulumi:project":"web","pulumi:runtime":"nodejs"}""");

        var stack = await ann.ReadStack("ann/web/dev");
        (stack.OrgName, stack.ProjectName, stack.StackName, stack.ActiveUpdate, stack.Version).ShouldBe(("ann", "web", "dev", "", 0));
        stack.Tags.ShouldBe(new Dictionary<string, string> { ["pulumi:project"] = "web", ["pulumi:runtime"] = "nodejs" });
        (await HeadProject(ann)).ShouldBe(HttpStatusCode.OK);

        (await ann.DeleteAsync("/api/stacks/ann/web/dev?force=false")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await ann.GetAsync("/api/stacks/ann/web/dev").ShouldBe(404, "Not Found: Stack \\u0027ann/web/dev\\u0027 not found");
        (await HeadProject(ann)).ShouldBe(HttpStatusCode.NotFound);
        await ann.DeleteAsync("/api/stacks/ann/web/dev").ShouldBe(404, "Not Found: Stack \\u0027ann/web/dev\\u0027 not found");

        await ann.CreateStack("ann/web/dev");
        (await ann.ReadStack("ann/web/dev")).Id.ShouldNotBe(stack.Id);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Of_fifty_who_make_one_stack_at_once_one_succeeds(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => ann.Post("/api/stacks/ann/web", """{"stackName":"dev","tags":{"a":"b"}}"""))
        );

        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        var refused = answers.Where(a => a.StatusCode != HttpStatusCode.OK).ToList();
        refused.ShouldAllBe(a => a.StatusCode == HttpStatusCode.Conflict);
        (await refused[0].Content.ReadAsStringAsync()).ShouldBe(
            """{"code":409,"message":"Conflict: Stack \u0027ann/web/dev\u0027 already exists"}"""
        );
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_stack_with_resources_is_deleted_by_force_only_and_one_in_use_not_at_all(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        var id = (await ann.ReadStack("ann/web/dev")).Id;
        var (database, stacks) = (server.Services.GetRequiredService<Database>(), server.Services.GetRequiredService<StackStore>());

        (await Write(t => stacks.TakeLease(t, id, "u1"))).ShouldBeTrue();
        (await Write(t => stacks.TakeLease(t, id, "u2"))).ShouldBeFalse();
        (await ann.ReadStack("ann/web/dev")).ActiveUpdate.ShouldBe("u1");
        (await ann.DeleteAsync("/api/stacks/ann/web/dev?force=true")).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        (await Write(t => stacks.ReleaseLease(t, id, "u2", version: 9))).ShouldBeFalse();
        (await Write(t => stacks.ReleaseLease(t, id, "u1", version: 1, resourceCount: 3))).ShouldBeTrue();
        await ann.DeleteAsync("/api/stacks/ann/web/dev?force=false").ShouldBe(400, "Bad Request: Stack still contains resources.");
        (await ann.ReadStack("ann/web/dev")).Version.ShouldBe(1);
        (await ann.DeleteAsync("/api/stacks/ann/web/dev?force=true")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        Task<bool> Write(Func<Transaction, Task<bool>> work) => database.Write(work, CancellationToken.None);
    }

    [Theory]
    [InlineData("{}", "A stack name is missing")]
    [InlineData("""{"stackName":""}""", "A stack name is missing")]
    [InlineData("""{"stackName":"a b"}""", "cannot be a stack name")]
    [InlineData("""{"stackName":".."}""", "cannot be a stack name")]
    [InlineData("""{"stackName":"dev\n"}""", "cannot be a stack name")]
    [InlineData("""{"stackName":"dev\u0000"}""", "cannot be a stack name")]
    [InlineData("""{"stackName":"\ud800"}""", "not the JSON object")]
    [InlineData("""{"stackName":7}""", "not the JSON object")]
    [InlineData("""{"stackName":"dev","tags":[]}""", "not the JSON object")]
    [InlineData("""{"stackName":"dev","tags":{"a b":"c"}}""", "cannot be a tag")]
    [InlineData("""{"stackName":"dev","tags":{"a":"\u0000"}}""", "is not valid")]
    [InlineData("""{"stackName":"dev","tags":{"pulumi:project":"other"}}""", "names the stack")]
    [InlineData("""{"stackName":"dev","config":{"environment":"web/dev@3"}}""", "no version yet")]
    [InlineData("""{"stackName":"dev""", "not the JSON object")]
    [InlineData("[]", "not the JSON object")]
    public async Task A_stack_that_cannot_be_is_refused_with_the_reason(string body, string reason)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");

        var answer = await ann.Post("/api/stacks/ann/web", body);

        (answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldSatisfyAllConditions(
            a => a.StatusCode.ShouldBe(HttpStatusCode.BadRequest),
            a => a.Item2.ShouldContain(reason)
        );
        (await ann.ListStacks()).Stacks.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/api/stacks/ann/a%20b", 400)]
    [InlineData("/api/stacks/ann/%C3%A4", 400)]
    [InlineData("/api/stacks/ann/a%2Fb", 400)]
    [InlineData("/api/stacks/ann/%252e%252e", 400)]
    [InlineData("/api/stacks/%C3%A4/web", 404)]
    [InlineData("/api/stacks/bob/web", 404)]
    public async Task An_odd_address_makes_no_stack(string path, int status)
    {
        await using var server = await TestServer.Start(Engine.PostgreSql);
        using var ann = await server.ClientOf("ann");
        await server.AddAccount("bob");

        ((int)(await ann.Post(path, """{"stackName":"dev"}""")).StatusCode).ShouldBe(status);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_stack_begins_with_the_state_that_it_is_given(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        const string state =
            """{"version":3,"deployment":{"manifest":{"time":"0001-01-01T00:00:00Z","magic":"","version":""},"secrets_providers":{"type":"passphrase","state":{"salt":"v1:x"}}}}""";

        (await ann.Post("/api/stacks/ann/web", $$"""{"stackName":"dev","state":{{state}}}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ann.Post("/api/stacks/ann/web", """{"stackName":"odd","state":{"version":"x"}}""")).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );

        var states = server.Services.GetRequiredService<StateStore>();
        var kept = await states.Latest((await ann.ReadStack("ann/web/dev")).Id, CancellationToken.None);
        kept!.Version.ShouldBe(0);
        using var text = await states.Read(kept, CancellationToken.None);
        System.Text.Encoding.UTF8.GetString(text.Memory.Span).ShouldBe(state);
        (await ann.ListStacks()).Names().ShouldBe(["ann/web/dev"]);
        (await ann.DeleteAsync("/api/stacks/ann/web/dev")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    private static async Task<HttpStatusCode> HeadProject(HttpClient client) =>
        (await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/stacks/ann/web"))).StatusCode;
}
