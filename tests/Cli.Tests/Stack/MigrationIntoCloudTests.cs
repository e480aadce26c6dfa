using System.Text.Json.Nodes;
using Cli.Tests.Secrets;
using Cli.Tests.Support;
using Support;

namespace Cli.Tests.Stack;

/// <summary>Stacks that move with their history from a real folder to the real server.</summary>
public sealed class MigrationIntoCloudTests : IAsyncLifetime
{
    private readonly Workspace _work = new();
    private TestServer _server = null!;
    private HttpClient _alice = null!;

    private string Url => _server.Url.ToString().TrimEnd('/');

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.Start();
        var token = await _server.TokenOf(await _server.AddAccount("alice"));
        _alice = _server.Client(token);
        _work.Machine.Write(_work.InStore("meta.yaml"), "version: 1\n");
        _work.Machine.Write(
            _work.StackFile("dev"),
            $"encryptionsalt: {PassphraseTests.Salt}\nconfig:\n  web:password:\n    secure: {PassphraseTests.Hunter2}\n"
        );
        _work.Plant("dev", State("first", "second"));
        Past(
            1,
            "update",
            State("first"),
            $$"""{"web:password":{"secure":"{{PassphraseTests.Hunter2}}"},"web:size":"12","web:list":[1,2]}"""
        );
        Past(2, "refresh", State("first"), "{}", result: "failed");
        Past(3, "update", State("first", "second"), "{}");
        _work.Machine.Variables["PULUMI_ACCESS_TOKEN"] = token;
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = Url;
        await _work.Run("login");
    }

    public async ValueTask DisposeAsync()
    {
        _alice.Dispose();
        _work.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_history_is_the_same_there()
    {
        var before = await SourceHistory();

        (await _work.Run("stack", "migrate", _work.Url, "dev", "--yes")).Error.ShouldBe("");

        var history = JsonNode.Parse(await _work.Do("stack", "history", "--json", "--show-secrets", "-s", "dev"))!.AsArray();
        history[0]!["kind"]!.GetValue<string>().ShouldBe("import");
        history.RemoveAt(0);
        history.Select(entry => entry!["version"]!.GetValue<int>()).ShouldBe([3, 2, 1]);
        foreach (var entry in history.OfType<JsonObject>())
        {
            entry.Remove("version");
            var environment = entry["environment"]!.AsObject();
            environment["holdfast.imported-by"]!.GetValue<string>().ShouldBe("alice");
            environment.Remove("holdfast.imported-by");
            environment.Remove("holdfast.imported-at");
            entry.Remove("resourceCount");
        }
        history.ToJsonString().ShouldBe(before);
        before.ShouldContain("hunter2");
        (await Names(1)).ShouldBe(["first"]);
        (await Names(3)).ShouldBe(["first", "second"]);
        var state = await _work.Do("stack", "export", "--version", "2", "--show-secrets", "-s", "dev");
        state.ShouldContain("hunter2");
        (await _work.Do("stack", "export", "--version", "2", "-s", "dev")).ShouldContain("\"type\": \"service\"");
        (await _work.Do("stack", "output", "password", "--show-secrets", "-s", "dev")).ShouldBe("hunter2\n");
    }

    [Fact]
    public async Task An_interrupted_migration_goes_on_where_it_ended()
    {
        var file = File.ReadAllText(_work.StackFile("dev"));
        await _work.Do("stack", "migrate", _work.Url, "dev", "--yes");
        File.WriteAllText(_work.StackFile("dev"), file);
        var whole = await History("dev");
        // As an interrupted one leaves it: one update with its state, then one without.
        await _alice.PostAsync("/api/stacks/alice/web", new StringContent("""{"stackName":"half"}"""));
        var updates = JsonNode.Parse(await _alice.GetStringAsync("/api/stacks/alice/web/dev/updates"))!["updates"]!.AsArray();
        foreach (var (place, withState) in new[] { (3, true), (2, false) })
        {
            var body = new JsonObject { ["updates"] = new JsonArray(updates[place]!.DeepClone()) };
            await Send(HttpMethod.Post, "half/past-updates", body.ToJsonString());
            if (withState)
            {
                await Send(
                    HttpMethod.Put,
                    "half/past-updates/1/state",
                    $$"""{"version":3,"deployment":{{State("first", stack: "half", secret: false)}} }"""
                );
            }
        }

        (await _work.Do("stack", "migrate", _work.Url, "dev", "--target", "half", "--yes")).ShouldContain("Migrated stack");

        (await History("half")).ShouldBe(whole);
        (await Names(2, "half")).ShouldBe(["first"]);
        (await _work.Run("stack", "migrate", _work.Url, "dev", "--target", "half", "--yes")).Error.ShouldContain("already exists");
    }

    [Fact]
    public async Task Secret_configuration_goes_under_the_key_of_the_stack_there()
    {
        var before = File.ReadAllText(_work.StackFile("dev"));
        await _work.Do("stack", "migrate", _work.Url, "dev", "--yes");
        File.ReadAllText(_work.StackFile("dev")).ShouldNotContain(PassphraseTests.Hunter2);
        (await _work.Do("config", "get", "password", "-s", "dev")).ShouldBe("\"hunter2\"\n");

        // Interrupted between the making of the stack and the writing of its file, and after both.
        await _alice.PostAsync("/api/stacks/alice/web", new StringContent("""{"stackName":"half"}"""));
        File.WriteAllText(_work.StackFile("dev"), before);
        foreach (var whether in new[] { true, false })
        {
            if (whether)
            {
                File.WriteAllText(_work.StackFile("half"), before);
            }
            await _work.Do("stack", "migrate", _work.Url, "dev", "--target", "half", "--yes");
            (await _work.Do("config", "get", "password", "-s", "half")).ShouldBe("\"hunter2\"\n");
            await _work.Do("stack", "rm", "half", "--yes", "--force", "--preserve-config");
            await _alice.PostAsync("/api/stacks/alice/web", new StringContent("""{"stackName":"half"}"""));
        }
    }

    [Fact]
    public async Task A_target_with_another_history_is_no_target()
    {
        await _alice.PostAsync("/api/stacks/alice/web", new StringContent("""{"stackName":"dev"}"""));
        await Send(
            HttpMethod.Post,
            "dev/past-updates",
            """{"updates":[{"version":1,"kind":"destroy","result":"succeeded","startTime":5,"endTime":6,"message":"","config":{},"environment":{}}]}"""
        );

        (await _work.Run("stack", "migrate", _work.Url, "dev", "--yes")).Error.ShouldEndWith(
            $"error: the history that {Url} has of the stack 'alice/web/dev' is not that of build-7. Remove the stack there and migrate again\n"
        );
    }

    [Fact]
    public async Task What_cannot_come_along_is_said_and_the_rest_does()
    {
        Past(4, "update", """{"manifest":{},"secrets_providers":{"type":"nobody"} }""", "{}");
        Past(5, "update", State("first", "second"), "{}", result: "in-progress");
        Past(6, "update", """{"manifest":{},"resources":[7] }""", "{}");

        var result = await _work.Run("stack", "migrate", _work.Url, "dev", "--yes");

        result.Exit.ShouldBe(0);
        result.Error.ShouldBe(
            """
            warning: the update 5 of the history stays on the source: it is a 'update' that is 'in-progress'
            warning: the state that update 4 left stays on the source: unknown secrets provider type "nobody" in the state
            warning: the state that update 6 left stays on the source: Bad Request: The state has a resource that is not an object.

            """
        );
        (await _work.Run("stack", "export", "--version", "4", "-s", "dev")).Error.ShouldContain("was imported without its state");
    }

    [Fact]
    public async Task A_long_history_goes_in_several_pieces()
    {
        foreach (var number in Enumerable.Range(4, 240))
        {
            Past(number, "update", "null", "{}");
        }

        await _work.Do("stack", "migrate", _work.Url, "dev", "--yes");

        (await History("dev")).Count.ShouldBe(243);
        (await _work.Run("stack", "export", "--version", "200", "-s", "dev")).Error.ShouldContain("was imported without its state");
    }

    [Fact]
    public async Task A_cloud_that_takes_no_past_updates_gets_the_state_alone()
    {
        _work.Machine.Unknown = "/past-updates"; // as Pulumi Cloud

        (await _work.Run("stack", "migrate", _work.Url, "dev", "--yes")).Error.ShouldEndWith(
            "The history of the stack stays on the source: a cloud takes none that it has not seen.\n"
        );

        (await History("dev")).ShouldBeEmpty();
    }

    private async Task<string> SourceHistory()
    {
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _work.Url;
        var history = JsonNode.Parse(await _work.Do("stack", "history", "--json", "--show-secrets", "-s", "dev"))!.AsArray();
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = Url;
        foreach (var entry in history.OfType<JsonObject>())
        {
            entry.Remove("version");
        }
        return history.ToJsonString();
    }

    private async Task<IReadOnlyList<string>> History(string stack)
    {
        var answer = JsonNode.Parse(await _alice.GetStringAsync($"/api/stacks/alice/web/{stack}/updates"))!;
        return
        [
            .. answer["updates"]!
                .AsArray()
                .Select(u => $"{u!["version"]} {u["kind"]} {u["result"]} {u["startTime"]}")
                .Where(u => !u.Contains("import")),
        ];
    }

    private async Task<IReadOnlyList<string>> Names(long version, string stack = "dev") =>
        Stock
            .Names(await _alice.GetStringAsync($"/api/stacks/alice/web/{stack}/export/{version}"))
            .Where(name => !name.StartsWith("web-", StringComparison.Ordinal))
            .ToList();

    private async Task Send(HttpMethod method, string below, string body)
    {
        using var request = new HttpRequestMessage(method, "/api/console/stacks/alice/web/" + below) { Content = new StringContent(body) };
        (await _alice.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private void Past(int number, string kind, string state, string config, string result = "succeeded")
    {
        var start = 1_700_000_000 + (number * 1000);
        var stem = _work.InStore($"history/web/dev/dev-{start}000000000");
        _work.Machine.Write(
            stem + ".history.json",
            $$"""{"kind":"{{kind}}","startTime":{{start}},"message":"no {{number}}","environment":{"git.author":"Ann"},"config":{{config}},"result":"{{result}}","endTime":{{start + 60}},"version":0,"resourceChanges":{"create":{{number}}} }"""
        );
        _work.Machine.Write(
            stem + ".checkpoint.json",
            $$"""{"version":3,"checkpoint":{"stack":"organization/web/dev","latest":{{state}} } }"""
        );
    }

    private static string State(params string[] buckets) => State(buckets, "dev", secret: true);

    private static string State(string bucket, string stack, bool secret) => State([bucket], stack, secret);

    private static string State(string[] buckets, string stack, bool secret)
    {
        var password =
            $$"""{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"{{PassphraseTests.Hunter2}}"}""";
        var root = Deployments.Root(stack, outputs: secret ? $$"""{"password":{{password}} }""" : "{}");
        var provider = secret ? $$""" "secrets_providers":{"type":"passphrase","state":{"salt":"{{PassphraseTests.Salt}}"} }, """ : "";
        var resources = string.Join(',', [root, .. buckets.Select(name => Deployments.Bucket(name, stack))]);
        return $$"""{"manifest":{{Deployments.Manifest}},{{provider}}"resources":[{{resources}}] }""";
    }
}
