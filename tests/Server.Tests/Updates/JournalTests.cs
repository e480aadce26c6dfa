using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Support;

namespace Server.Tests.Updates;

/// <summary>Journal entries on their way in.</summary>
public class JournalTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_replacement_keeps_the_old_resource_until_it_is_deleted(Engine engine) // P3, P7
    {
        await using var test = await UpdateTest.Start(engine);
        await test.Created("a", "b");
        var run = await test.Begin();

        (await run.Journal(Stock.SecretsManager(), Stock.Begin(2, 1, "creating", Stock.Resource("a")))).Expect();
        (await run.Journal(Stock.Success(3, 1, Stock.Resource("a"), deleteOld: 0))).Expect();
        var between = JsonNode.Parse(await test.Export())!["deployment"]!["resources"]!.AsArray();
        between.Select(r => (string)r!["urn"]!).ShouldBe([Stock.Urn("a"), Stock.Urn("a"), Stock.Urn("b")]);
        between.Select(r => (bool?)r!["delete"] ?? false).ShouldBe([false, true, false]);
        (await run.Journal(Stock.Begin(4, 2, "deleting", Stock.Resource("a")), Stock.Success(5, 2, removeOld: 0))).Expect();
        await run.Complete();

        (await test.Names()).ShouldBe(["a", "b"]);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Batches_may_come_twice_and_in_any_order(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);
        var run = await test.Begin();
        (long sequence, long operation) = (1, 0);
        var (first, second) = (Stock.Create(ref sequence, ref operation, "a"), Stock.Create(ref sequence, ref operation, "b"));

        (await run.Journal([second[1], second[0]])).Expect();
        (await run.Journal(first)).Expect();
        (await run.Journal(first)).Expect();
        (await run.Journal(Stock.SecretsManager())).Expect();
        await run.Complete();

        (await test.Names()).ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"entries":7}""")]
    [InlineData("""{"entries":[7]}""")]
    [InlineData("""{"entries":[{"version":1,"kind":77,"sequenceID":2,"operationID":1,"removeOld":null,"removeNew":null}]}""")]
    [InlineData("""{"entries":[{"version":1,"kind":"begin","sequenceID":2,"operationID":1,"removeOld":null,"removeNew":null}]}""")]
    [InlineData("""{"entries":[{"version":1,"kind":1,"sequenceID":2,"operationID":1,"removeOld":1,"removeNew":null}]}""")]
    [InlineData("""{"entries":[{"version":1,"kind":1,"sequenceID":2,"operationID":1,"removeOld":-1,"removeNew":null}]}""")]
    [InlineData("""{"entries":[{"version":1,"kind":1,"sequenceID":1e99,"operationID":1,"removeOld":null,"removeNew":null}]}""")]
    [InlineData("""{"entries":[{"version":9,"kind":1,"sequenceID":2,"operationID":1,"removeOld":null,"removeNew":null}]}""")]
    public async Task A_batch_that_is_none_is_a_400_and_nothing_is_lost(string body)
    {
        await using var test = await UpdateTest.Start();
        await test.Created("a");
        var run = await test.Begin();
        (await run.Journal(Stock.SecretsManager(), Stock.Success(5, 5, Stock.Resource("b")))).Expect();

        var refused = await run.Saved("journalentries", body);

        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.BadRequest, 400));
        await run.Complete();
        (await test.Names()).ShouldBe(["b", "a"]);
    }

    [Fact]
    public async Task Deep_text_and_broken_gzip_are_a_400()
    {
        await using var test = await UpdateTest.Start();
        var run = await test.Creating("a");
        var deep = """{"entries":[{"version":1,"kind":1,"sequenceID":9,"operationID":9,"removeOld":null,"removeNew":null,"state":""";

        (await run.Saved("journalentries", deep + new string('[', 10_000) + new string(']', 10_000) + "}]}")).Code.ShouldBe(400);
        var packed = StockClient.Pack(Encoding.UTF8.GetBytes("""{"entries":[]}"""));
        (await Raw(test, run, packed[..^12])).ShouldBe(HttpStatusCode.BadRequest);
        (await Raw(test, run, [1, 2, 3])).ShouldBe(HttpStatusCode.BadRequest);
        (await Raw(test, run, [])).ShouldBe(HttpStatusCode.BadRequest);
        (await Raw(test, run, packed)).ShouldBe(HttpStatusCode.NoContent);
        (await Raw(test, run, packed, "br")).ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task What_is_too_large_unpacked_is_a_413_that_the_client_understands()
    {
        await using var test = await UpdateTest.Start();
        var run = await test.Creating("a");
        var bomb = StockClient.Pack(Encoding.UTF8.GetBytes("{\"entries\":[" + new string(' ', 40 * 1024 * 1024) + "]}"));
        bomb.Length.ShouldBeLessThan(1024 * 1024);

        (await Raw(test, run, bomb)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        var large = Stock.Resource("large", outputs: new JsonObject { ["text"] = new string('x', 20 * 1024 * 1024) });
        var (one, other) = (Stock.Success(20, 20, large), Stock.Success(21, 21, large));
        (await run.Journal(one, other)).Code.ShouldBe(413);
        (await run.Journal(one)).Code.ShouldBe(0); // halved
        (await run.Journal(other)).Code.ShouldBe(0);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_lease_is_good_for_its_own_update_only(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);
        await test.Ann.CreateStack("ann/web/other");
        var (mine, other) = (await test.Creating("a"), await StockRun.Begin(test.Ann, "ann/web/other"));
        var thief = mine.Impersonate(other);

        (await thief.Journal(Stock.SecretsManager())).Code.ShouldBe(401);
        (await thief.Saved("journalentries", "nonsense")).Code.ShouldBe(401);
        (await thief.Checkpoint(Stock.Deployment().ToJsonString())).Code.ShouldBe(401);
        (await thief.Saved("checkpointdelta", "{}")).Code.ShouldBe(401);
        (await thief.EventBatch(Stock.Event(0))).Code.ShouldBe(401);
        (await thief.EventBatch()).Code.ShouldBe(401);
        (await thief.Renew()).Code.ShouldBe(401);
        (await thief.TryComplete()).Code.ShouldBe(401);
        (await other.Checkpoint(Stock.Deployment().ToJsonString())).Code.ShouldBe(400); // it was asked for a journal
        Stock.Names(await test.Ann.Export("ann/web/other")).ShouldBeEmpty();
        await other.Complete();
    }

    private static async Task<HttpStatusCode> Raw(UpdateTest test, StockRun run, byte[] body, string encoding = "gzip")
    {
        using var client = test.Server.Client();
        using var request = new HttpRequestMessage(HttpMethod.Patch, run.Address + "/journalentries");
        request.Headers.TryAddWithoutValidation("Authorization", "update-token " + run.Lease);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentEncoding.Add(encoding);
        return (await client.SendAsync(request)).StatusCode;
    }
}
