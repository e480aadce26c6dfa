using System.Text.Json.Nodes;
using Support;

namespace Server.Tests.Updates;

public sealed class ImportTests
{
    private const string Stack = UpdateTest.Stack;

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Secrets_of_the_stack_may_come_back_but_not_those_of_another(Engine engine) // protocol 6.3
    {
        await using var test = await UpdateTest.Start(engine);
        await test.Ann.CreateStack("ann/web/other");
        var own = State(await Encrypt(test, Stack));

        (await test.Ann.Import(Stack, own)).Expect();

        foreach (var secret in new[] { await Encrypt(test, "ann/web/other"), "bm90aGluZw==", "no base64", "" })
        {
            var refused = await test.Ann.Import(Stack, State(secret));
            refused.Code.ShouldBe(400);
            refused.Message.ShouldContain("--show-secrets");
        }
        JsonNode.DeepEquals(JsonNode.Parse(await test.Ann.Export(Stack)), JsonNode.Parse(own)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_stack_that_was_renamed_still_takes_its_own_secrets()
    {
        await using var test = await UpdateTest.Start(Engine.Sqlite);
        var own = State(await Encrypt(test, Stack));
        await test.Ann.Json(
            HttpMethod.Post,
            StockClient.Stack(Stack) + "/rename",
            new JsonObject { ["newName"] = "prod", ["newProject"] = "web" }
        );

        (await test.Ann.Import("ann/web/prod", own)).Expect();
    }

    [Fact]
    public async Task What_another_provider_encrypted_is_not_ours_to_judge()
    {
        await using var test = await UpdateTest.Start(Engine.Sqlite);

        (await test.Ann.Import(Stack, State("v1:abc:def", provider: "passphrase"))).Expect();
        (await test.Ann.Import(Stack, State("not encrypted", signature: "c44067f5952c0a294b673a41bacd8c17"))).Expect();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"deployment\":{}}")]
    [InlineData("{\"version\":0,\"deployment\":{}}")]
    [InlineData("{\"version\":5,\"deployment\":{}}")]
    [InlineData("{\"manifest\":{},\"resources\":[]}")]
    public async Task What_does_not_say_which_schema_it_has_does_not_replace_a_state(string body)
    {
        await using var test = await UpdateTest.Start(Engine.Sqlite);
        await test.Created("a");

        (await test.Ann.Import(Stack, body)).Code.ShouldBe(400);

        (await test.Names()).ShouldBe(["a"]);
        (await test.History()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_empty_state_empties_the_stack_and_the_old_one_stays_under_its_number()
    {
        await using var test = await UpdateTest.Start(Engine.Sqlite);
        await test.Created("a");

        (await test.Ann.Import(Stack, Stock.Untyped(Stock.Deployment()))).Expect();

        (await test.Names()).ShouldBeEmpty();
        (await test.Names(1)).ShouldBe(["a"]);
    }

    private static async Task<string> Encrypt(UpdateTest test, string stack)
    {
        var answer = await test.Ann.Json(HttpMethod.Post, StockClient.Stack(stack) + "/encrypt", new JsonObject { ["plaintext"] = "InMi" });
        return answer["ciphertext"]!.GetValue<string>();
    }

    private static string State(string ciphertext, string provider = "service", string signature = "1b47061264138c4ac30d75fd1eb44270")
    {
        var resource = Stock.Resource("a");
        resource["outputs"] = new JsonObject
        {
            ["ciphertext"] = "a property that is called so",
            ["list"] = new JsonArray(new JsonObject { ["4dabf18193072939515e22adb298388d"] = signature, ["ciphertext"] = ciphertext }),
        };
        var deployment = Stock.Deployment(resource);
        deployment["secrets_providers"] = new JsonObject
        {
            ["type"] = provider,
            ["state"] = new JsonObject
            {
                ["owner"] = "ann",
                ["project"] = "web",
                ["stack"] = "dev",
            },
        };
        return Stock.Untyped(deployment);
    }
}
