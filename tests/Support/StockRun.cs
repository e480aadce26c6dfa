using System.Text.Json.Nodes;

namespace Support;

/// <summary>One update of the stock CLI: create, start, base, saves, events, renewals, end.</summary>
public sealed class StockRun
{
    private readonly StockClient _client;
    private string _lease = "";

    private StockRun(StockClient client, string stack, string id) => (_client, Stack, Id) = (client, stack, id);

    public string Stack { get; }
    public string Id { get; }
    public long Version { get; private set; }
    public bool Journals { get; private set; }
    public string Lease => _lease;

    /// <summary>The state that it started with.</summary>
    public JsonObject Base { get; private set; } = [];

    public string Address => StockClient.Stack(Stack) + "/update/" + Id;

    /// <summary>Only creates it.</summary>
    public static async Task<StockRun> Create(
        StockClient client,
        string stack,
        string kind = "update",
        bool dryRun = false,
        string message = ""
    )
    {
        var created = (await client.Post($"{StockClient.Stack(stack)}/{kind}", Program(dryRun, message))).Expect().Json;
        return new(client, stack, created["updateID"]!.GetValue<string>());
    }

    /// <summary>Starts one that has been created otherwise.</summary>
    public static async Task<StockRun> Of(StockClient client, string stack, string id)
    {
        var run = new StockRun(client, stack, id);
        await run.Start();
        return run;
    }

    /// <summary>Creates and starts it.</summary>
    /// <param name="journaling">False is <c>PULUMI_DISABLE_JOURNALING</c>.</param>
    public static async Task<StockRun> Begin(
        StockClient client,
        string stack,
        string kind = "update",
        bool dryRun = false,
        bool journaling = true,
        JsonObject? tags = null
    )
    {
        var run = await Create(client, stack, kind, dryRun);
        await run.Start(journaling, tags);
        return run;
    }

    public async Task Start(bool journaling = true, JsonObject? tags = null)
    {
        Started((await TryStart(journaling, tags)).Expect().Json);
        Base = JsonNode.Parse(await _client.Export(Stack))!.AsObject();
        await _client.Json(HttpMethod.Get, StockClient.Stack(Stack));
    }

    public Task<StockAnswer> TryStart(bool journaling = true, JsonObject? tags = null)
    {
        var request = new JsonObject();
        if (tags is not null)
        {
            request["tags"] = tags.DeepClone();
        }
        if (journaling)
        {
            request["journalVersion"] = 1;
        }
        return _client.Post(Address, request);
    }

    public Task<StockAnswer> Journal(params IEnumerable<JsonObject> entries) =>
        Saved("journalentries", new JsonObject { ["entries"] = new JsonArray([.. entries.Select(e => e.DeepClone())]) }.ToJsonString());

    public Task<StockAnswer> Checkpoint(string deployment, int version = 3) =>
        Saved("checkpoint", $$"""{"isInvalid":false,"version":{{version}},"deployment":{{deployment}}}""");

    public Task<StockAnswer> Verbatim(string text, long sequence) =>
        Saved("checkpointverbatim", $$"""{"version":3,"untypedDeployment":{{text}},"sequenceNumber":{{sequence}}}""");

    /// <summary>Anything that is saved, under the lease.</summary>
    public Task<StockAnswer> Saved(string call, string body) =>
        _client.Send(
            new(HttpMethod.Patch, $"{Address}/{call}")
            {
                Body = body,
                Packed = true,
                Lease = () => _lease,
                Retries = true,
            }
        );

    /// <summary>In batches of up to 50, at most three at once. The CLI only logs what goes wrong.</summary>
    public async Task Events(params IReadOnlyList<JsonObject> events)
    {
        using var atOnce = new SemaphoreSlim(3);
        await Task.WhenAll(
            events
                .Chunk(50)
                .Select(async batch =>
                {
                    await atOnce.WaitAsync();
                    try
                    {
                        await EventBatch(batch);
                    }
                    finally
                    {
                        atOnce.Release();
                    }
                })
        );
    }

    public Task<StockAnswer> EventBatch(params IEnumerable<JsonObject> events) =>
        _client.Send(
            new(HttpMethod.Post, Address + "/events/batch")
            {
                Body = new JsonObject { ["events"] = new JsonArray([.. events.Select(e => e.DeepClone())]) }.ToJsonString(),
                Packed = true,
                Lease = () => _lease,
                Retries = true,
            }
        );

    public async Task<StockAnswer> Renew(int duration = 300)
    {
        var answer = await Held("renew_lease", new JsonObject { ["token"] = "", ["duration"] = duration });
        if ((int)answer.Status < 400)
        {
            _lease = answer.Json["token"]!.GetValue<string>();
        }
        return answer;
    }

    public Task<StockAnswer> TryComplete(string status = "succeeded") => Held("complete", new JsonObject { ["status"] = status });

    public async Task Complete(string status = "succeeded") => (await TryComplete(status)).Expect();

    /// <summary>What <c>pulumi cancel</c> sends, from anywhere.</summary>
    public Task<StockAnswer> Cancel() => _client.Post(Address + "/cancel", null, retries: true);

    /// <summary>Polls as <c>stack import</c> does until there is no continuation token.</summary>
    public static async Task<string> Wait(StockClient client, string stack, string id)
    {
        var after = "";
        while (true)
        {
            var status = (await client.Get($"{StockClient.Stack(stack)}/update/{id}{after}")).Expect().Json;
            if (status["continuationToken"] is not { } token)
            {
                return status["status"]!.GetValue<string>();
            }
            after = "?continuationToken=" + token.GetValue<string>(); // unescaped, as the CLI does it
        }
    }

    /// <summary>Takes another run's place: what happens if somebody uses its lease.</summary>
    public StockRun Impersonate(StockRun other)
    {
        var run = new StockRun(_client, other.Stack, other.Id) { _lease = _lease, Base = other.Base };
        return run;
    }

    private Task<StockAnswer> Held(string call, JsonObject body) =>
        _client.Send(
            new(HttpMethod.Post, $"{Address}/{call}")
            {
                Body = body.ToJsonString(),
                Lease = () => _lease,
                Retries = true,
            }
        );

    private void Started(JsonNode answer)
    {
        Version = answer["version"]!.GetValue<long>();
        _lease = answer["token"]!.GetValue<string>();
        Journals = answer["journalVersion"]?.GetValue<int>() == 1;
    }

    public static JsonObject Program(bool dryRun, string message = "") =>
        new()
        {
            ["name"] = "web",
            ["runtime"] = "nodejs",
            ["main"] = "",
            ["description"] = "shop",
            ["options"] = new JsonObject
            {
                ["localPolicyPackPaths"] = null,
                ["color"] = "raw",
                ["dryRun"] = dryRun,
                ["parallel"] = 16,
                ["showConfig"] = false,
            },
            ["config"] = new JsonObject
            {
                ["web:port"] = new JsonObject
                {
                    ["string"] = "80",
                    ["secret"] = false,
                    ["object"] = false,
                },
            },
            ["metadata"] = new JsonObject
            {
                ["message"] = message,
                ["environment"] = new JsonObject { ["git.head"] = "abc", ["exec.kind"] = "cli" },
            },
        };
}
