using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Tests.Stacks;
using Support;
using Wire;

namespace Server.Tests.StackLifecycle;

public class StackMoveTests
{
    private const string Dev = "/api/stacks/ann/web/dev";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_renamed_stack_keeps_its_history_and_secrets_and_its_state_bears_the_new_name(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev", """{"pulumi:project":"web"}""");
        var secret = await (await ann.Post(Dev + "/encrypt", """{"plaintext":"AQID"}""")).Content.ReadAsStringAsync();
        await Import(ann, "ann/web/dev", "a", "b");

        var answer = await ann.Post(Dev + "/rename", """{"newName":"prod","newProject":"shop"}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());

        (await ann.GetAsync(Dev)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var stack = await ann.ReadStack("ann/shop/prod");
        (stack.Version, stack.CurrentOperation).ShouldBe((2, null));
        stack.ActiveUpdate.ShouldBe((await answer.Content.ReadFromJsonAsync(WireJson.Default.ImportStackResponse))!.UpdateId);
        stack.Tags["pulumi:project"].ShouldBe("shop");
        var state = await Json(ann, "ann/shop/prod/export");
        Urns(state).ShouldBe(["urn:pulumi:prod::shop::web:index:Thing::a", "urn:pulumi:prod::shop::web:index:Thing::b"]);
        state["deployment"]!["secrets_providers"]!["state"]!.ToJsonString().ShouldBe("""{"owner":"ann","project":"shop","stack":"prod"}""");
        Urns(await Json(ann, "ann/shop/prod/export/1"))[0].ShouldStartWith("urn:pulumi:dev::web::");
        var history = (await Json(ann, "ann/shop/prod/updates?pageSize=10&page=1"))["updates"]!.AsArray();
        history.Select(u => $"{u!["version"]} {u["kind"]} {u["result"]}").ShouldBe(["2 rename succeeded", "1 import succeeded"]);
        foreach (var name in new[] { "ann/shop/prod", "ann/web/dev" })
        {
            (await (await ann.Post($"/api/stacks/{name}/decrypt", secret)).Content.ReadAsStringAsync()).ShouldBe(
                """{"plaintext":"AQID"}"""
            );
        }

        (await ann.Post("/api/stacks/ann/shop/prod/rename", """{"newName":"dev","newProject":"web"}""")).StatusCode.ShouldBe(
            HttpStatusCode.OK
        );
        Urns(await Json(ann, "ann/web/dev/export"))[0].ShouldBe("urn:pulumi:dev::web::web:index:Thing::a");
        (await ann.Post(Dev + "/decrypt", secret)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task What_cannot_be_renamed_stays_as_it_is(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.StockOf("ann");
        await ann.CreateStack("ann/web/dev");
        await ann.CreateStack("ann/web/prod");

        (await Rename("""{"newName":"dev","newProject":"web"}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await Rename("{}")).ShouldBe(HttpStatusCode.BadRequest);
        (await Rename("""{"newName":"a b"}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await Rename("""{"newName":7}""")).ShouldBe(HttpStatusCode.BadRequest);
        var taken = await ann.Post(Dev + "/rename", JsonNode.Parse("""{"newName":"prod"}"""));
        (taken.Code, taken.Message).ShouldBe((409, "Conflict: Stack 'ann/web/prod' already exists"));

        var run = await StockRun.Begin(ann, "ann/web/dev");
        var busy = await ann.Post(Dev + "/rename", JsonNode.Parse("""{"newName":"next"}"""));
        busy.Code.ShouldBe(409);
        busy.Message.ShouldStartWith("Conflict: Another update is currently in progress. 'ann' runs an update");
        var delete = await ann.Send(new(HttpMethod.Delete, Dev + "?force=true"));
        (delete.Code, delete.Message.Split('.')[1]).ShouldBe((409, busy.Message.Split('.')[1]));
        await run.Complete();
        (await Rename("""{"newName":"next"}""")).ShouldBe(HttpStatusCode.OK);

        async Task<HttpStatusCode> Rename(string body) => (await ann.Post(Dev + "/rename", JsonNode.Parse(body))).Status;
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_dead_client_holds_neither_a_rename_nor_a_delete_up(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.StockOf("ann");
        await ann.CreateStack("ann/web/dev");
        await StockRun.Begin(ann, "ann/web/dev");
        server.Clock.Advance(TimeSpan.FromHours(2));

        (await ann.Post(Dev + "/rename", JsonNode.Parse("""{"newName":"next"}"""))).Status.ShouldBe(HttpStatusCode.OK);
        await StockRun.Begin(ann, "ann/web/next");
        server.Clock.Advance(TimeSpan.FromHours(2));
        (await ann.Send(new(HttpMethod.Delete, "/api/stacks/ann/web/next"))).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Of_many_who_rename_to_one_name_one_succeeds(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        for (var i = 0; i < 12; i++)
        {
            await ann.CreateStack($"ann/web/s{i}");
        }

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => ann.Post($"/api/stacks/ann/web/s{i}/rename", """{"newName":"one"}"""))
        );
        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(a => a.StatusCode == HttpStatusCode.Conflict).ShouldBe(11);

        var same = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => ann.Post("/api/stacks/ann/web/one/rename", $$"""{"newName":"other{{i}}"}"""))
        );
        same.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        same.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK || a.StatusCode == HttpStatusCode.NotFound);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_stack_is_transferred_to_an_organization_of_the_caller_and_nowhere_else(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        var account = await server.AddAccount("ann");
        using var ann = server.Client(await server.TokenOf(account));
        using var bob = await server.ClientOf("bob");
        await ann.CreateStack("ann/web/dev");
        await Import(ann, "ann/web/dev", "a");
        var secret = await (await ann.Post(Dev + "/encrypt", """{"plaintext":"AQID"}""")).Content.ReadAsStringAsync();

        await ann.Post(Dev + "/transfer", """{"toOrg":"bob"}""").ShouldBe(404, "Not Found: Organization \\u0027bob\\u0027 not found");
        await ann.Post(Dev + "/transfer", """{"toOrg":"nobody"}""").ShouldBe(404, "Not Found: Organization \\u0027nobody\\u0027 not found");
        foreach (var body in new[] { "{}", """{"toOrg":"ann"}""", """{"toOrg":"ann","stackName":"other"}""" })
        {
            (await ann.Post(Dev + "/transfer", body)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }
        await server
            .Services.GetRequiredService<Database>()
            .Execute(
                $"""
                INSERT INTO memberships (account_id, organization_id, role, is_default)
                SELECT {account.Id}, id, 'member', FALSE FROM organizations WHERE login = 'bob'
                """,
                CancellationToken.None
            );
        (await ann.Post(Dev + "/transfer", """{"toOrg":"bob","fromOrg":"ann"}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await ann.GetAsync(Dev)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await bob.ReadStack("bob/web/dev")).Version.ShouldBe(2);
        (await Json(bob, "bob/web/dev/export"))["deployment"]!["secrets_providers"]!["state"]!["owner"]!.GetValue<string>().ShouldBe("bob");
        (await bob.Post(Dev + "/decrypt", secret)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await bob.Post("/api/stacks/bob/web/dev/decrypt", secret)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_deleted_stack_comes_back_with_all_it_had(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");
        await ann.CreateStack("ann/web/dev", """{"a":"b"}""");
        await Import(ann, "ann/web/dev", "a");
        (await ann.DeleteAsync(Dev + "?force=true")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var deleted = (await Deleted(ann, "ann")).ShouldHaveSingleItem();
        (deleted.ProjectName, deleted.StackName, deleted.Version, deleted.LastUpdate.Result).ShouldBe(("web", "dev", 1, "succeeded"));
        var restore = "/api/orgs/ann/restore-stack/" + deleted.ProgramId;

        (await bob.Post(restore, """{"stackName":"dev"}""")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await bob.Post("/api/orgs/bob/restore-stack/" + deleted.ProgramId, """{"stackName":"dev"}""")).StatusCode.ShouldBe(
            HttpStatusCode.NotFound
        );
        await ann.CreateStack("ann/web/dev");
        (await ann.Post(restore, """{"stackName":"dev"}""")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ann.Post(restore, """{"stackName":"old"}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await ann.ReadStack("ann/web/old")).Tags["a"].ShouldBe("b");
        Urns(await Json(ann, "ann/web/old/export")).ShouldBe(["urn:pulumi:old::web::web:index:Thing::a"]);
        (await Deleted(ann, "ann")).ShouldBeEmpty();
        (await ann.Post(restore, """{"stackName":"old"}""")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await ann.DeleteAsync("/api/stacks/ann/web/old?force=true")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.Post(restore, "{}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.ReadStack("ann/web/old")).Version.ShouldBe(2);
    }

    private static async Task Import(HttpClient client, string stack, params string[] names)
    {
        var parts = stack.Split('/');
        var deployment = Stock.Deployment(names.Select(n => Stock.Resource(n)));
        deployment["secrets_providers"] = new JsonObject
        {
            ["type"] = "service",
            ["state"] = new JsonObject
            {
                ["owner"] = parts[0],
                ["project"] = parts[1],
                ["stack"] = parts[2],
            },
        };
        (await client.Post($"/api/stacks/{stack}/import", Stock.Untyped(deployment))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<IReadOnlyList<DeletedStack>> Deleted(HttpClient client, string organization) =>
        (
            await client.GetFromJsonAsync($"/api/orgs/{organization}/restore-stack", WireJson.Default.ListDeletedStacksResponse)
        )!.DeletedStacks;

    private static async Task<JsonNode> Json(HttpClient client, string path) =>
        JsonNode.Parse(await client.GetStringAsync("/api/stacks/" + path))!;

    private static List<string> Urns(JsonNode state) =>
        [.. state["deployment"]!["resources"]!.AsArray().Select(r => r!["urn"]!.GetValue<string>())];
}
