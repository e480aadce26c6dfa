using System.Text.Json.Nodes;
using Support;

namespace EndToEnd;

/// <summary>A stack on which about everything has happened that an update's page can show.</summary>
internal static class UpdateScenes
{
    public const string Stack = "ann/shop/prod";

    private const string Policy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"}]}""";

    /// <returns>The id of a preview.</returns>
    public static async Task<string> Make(StockClient stock)
    {
        await stock.CreateStack(Stack);
        var resources = new[] { "gateway", "assets", "worker" }.Select(name => Stock.Resource(name));
        (await stock.Import(Stack, Stock.Untyped(Stock.Deployment(resources)))).Expect();
        await Failed(stock);
        var preview = await Begin(stock, "Try a larger worker", dryRun: true);
        await preview.Events(
            StockEvents.Begin(0, "update", "worker"),
            StockEvents.End(1, "update", "worker", """{"inputs":{"memory":128}}""", """{"inputs":{"memory":512}}"""),
            StockEvents.End(2, "same", "gateway"),
            Stock.Summary(3, ("update", 1), ("same", 1))
        );
        await preview.Complete();
        await (await Begin(stock, "Nothing to do")).Complete();
        (
            await stock.Import(
                Stack,
                Stock.Untyped(Stock.Deployment(Stock.Resource("gateway", outputs: new() { ["url"] = "https://example.com" })))
            )
        ).Expect();
        return preview.Id;
    }

    private static async Task Failed(StockClient stock)
    {
        var run = await Begin(stock, "Move the shop to new machines\n\nThe old ones are out of support.");
        const string code =
            "exports.handler = async () => {\n  const shop = open();\n  return {\n    status: 200,\n    body: shop.OLD(),\n  };\n};";
        await run.Events(
            StockEvents.Begin(0, "same", "gateway"),
            StockEvents.End(1, "same", "gateway"),
            StockEvents.Begin(2, "create", "queue"),
            StockEvents.Begin(3, "update", "worker"),
            StockEvents.Begin(4, "create-replacement", "database"),
            StockEvents.End(
                6,
                "create",
                "queue",
                now: """{"inputs":{"name":"orders","fifo":true,"password":"[secret]","tags":{"env":"prod","team":"shop"}},"outputs":{"arn":"arn:aws:sqs:eu-central-1:1:orders"}}"""
            ),
            StockEvents.Said(
                7,
                "warning",
                "<{%fg 3%}>warning: <{%reset%}>runtime is deprecated and will be refused from 2027 on",
                Stock.Urn("worker")
            ),
            StockEvents.End(
                14,
                "update",
                "worker",
                new JsonObject
                {
                    ["inputs"] = new JsonObject
                    {
                        ["code"] = code.Replace("OLD", "front", StringComparison.Ordinal),
                        ["memory"] = 128,
                        ["policy"] = Policy,
                    },
                }.ToJsonString(),
                new JsonObject
                {
                    ["inputs"] = new JsonObject
                    {
                        ["code"] = code.Replace("OLD", "page", StringComparison.Ordinal),
                        ["memory"] = 512,
                        ["policy"] = Policy.Replace("Allow", "Deny", StringComparison.Ordinal),
                    },
                }.ToJsonString()
            ),
            StockEvents.End(
                31,
                "create-replacement",
                "database",
                """{"inputs":{"engine":"postgres-15","subnets":["a","b"]},"outputs":{"endpoint":"db-1.example.com"}}""",
                """{"inputs":{"engine":"postgres-17","subnets":["a","b","c"]},"outputs":{"endpoint":"db-2.example.com"}}""",
                """{"engine":{"diffKind":"update-replace","inputDiff":true}}"""
            ),
            StockEvents.Begin(32, "create", "certificate"),
            StockEvents.Failed(38, "create", "certificate", now: """{"inputs":{"domain":"shop.example.com"}}"""),
            StockEvents.Said(
                39,
                "error",
                "<{%fg 1%}>error: <{%reset%}>creating certificate: <{%bold%}>LimitExceeded<{%reset%}>: 20 of 20 certificates are in use",
                Stock.Urn("certificate")
            ),
            StockEvents.Said(40, "info", "Outputs are computed from <{%fg 4%}>13<{%reset%}> resources"),
            StockEvents.Begin(41, "delete", "a-" + new string('x', 200)),
            Stock.Summary(42, ("create", 1), ("update", 1), ("replace", 1), ("same", 1))
        );
        (
            await run.Verbatim(
                Stock.Untyped(
                    Stock.Deployment(new[] { "gateway", "assets", "worker", "queue", "database" }.Select(n => Stock.Resource(n)))
                ),
                1
            )
        ).Expect();
        await run.Complete("failed");
    }

    /// <summary>Names and texts that want to be markup, or wider than any screen, or read from the right.</summary>
    public static async Task Hostile(StockClient stock, string stack)
    {
        await stock.CreateStack(stack);
        var evil = "<img src=x onerror=alert(1)>\u202E" + new string('w', 200);
        var created = (await stock.Post($"{StockClient.Stack(stack)}/update", StockRun.Program(dryRun: false, evil))).Expect().Json;
        var run = await StockRun.Of(stock, stack, created["updateID"]!.GetValue<string>());
        var inputs = new JsonObject
        {
            [evil] = new string('x', 1_000_000),
            ["شجرة"] = "نص من اليمين إلى اليسار",
            ["lines"] = string.Join('\n', Enumerable.Range(0, 30).Select(i => new string('y', 20 * i))),
            ["deep"] = JsonNode.Parse(string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40)),
        };
        await run.Events(
            StockEvents.End(0, "create", evil, now: new JsonObject { ["inputs"] = inputs }.ToJsonString()),
            StockEvents.Failed(1, "frobnicate-" + new string('o', 100), "شجرة"),
            StockEvents.Said(2, "error", evil + "\n" + new string('z', 100_000), Stock.Urn("شجرة"))
        );
        await run.Complete("failed");
    }

    /// <summary>One that runs, with something under way.</summary>
    public static async Task<StockRun> Running(StockClient stock)
    {
        var run = await Begin(stock, "Add a cache");
        await run.Events(StockEvents.Begin(0, "create", "cache"), StockEvents.Begin(1, "update", "worker"));
        return run;
    }

    private static async Task<StockRun> Begin(StockClient stock, string message, bool dryRun = false)
    {
        var program = StockRun.Program(dryRun, message);
        program["config"]!["shop:password"] = new JsonObject
        {
            ["string"] = "v1:CIPHERTEXT",
            ["secret"] = true,
            ["object"] = false,
        };
        program["config"]!["shop:machines"] = new JsonObject
        {
            ["string"] = """{"count":3,"zones":["a","b"],"key":{"secure":"v1:CIPHERTEXT"}}""",
            ["secret"] = true,
            ["object"] = true,
        };
        program["metadata"]!["environment"] = new JsonObject
        {
            ["git.head"] = "8a1c0ffee3b1",
            ["git.headName"] = "refs/heads/main",
            ["git.author"] = "Ann Example",
            ["vcs.kind"] = "github.com",
            ["vcs.owner"] = "acme",
            ["vcs.repo"] = "shop",
            ["ci.system"] = "GitHub",
            ["ci.build.id"] = "4711",
            ["ci.build.url"] = "https://github.com/acme/shop/actions/runs/4711",
            ["ci.pr.number"] = "12",
            ["pulumi.version"] = "v3.260.0",
            ["exec.kind"] = "cli",
        };
        var created = (await stock.Post($"{StockClient.Stack(Stack)}/update", program)).Expect().Json;
        return await StockRun.Of(stock, Stack, created["updateID"]!.GetValue<string>());
    }
}
