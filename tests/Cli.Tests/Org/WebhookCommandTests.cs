using System.Net;
using System.Text.Json.Nodes;
using Cli.Tests.Support;
using Support;

namespace Cli.Tests.Org;

/// <summary><c>org audit-log</c>, <c>org webhook</c> and <c>stack webhook</c> on the real server.</summary>
public sealed class WebhookCommandTests : IAsyncLifetime
{
    private readonly Workspace _work = new();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.Start(change: settings => settings with { PrivateNetworks = [IPNetwork.Parse("127.0.0.0/8")] });
        var token = await _server.TokenOf(await _server.AddAccount("alice"));
        using var alice = _server.Stock(token, null);
        await alice.CreateStack("alice/web/dev");
        _work.Machine.Variables["PULUMI_ACCESS_TOKEN"] = token;
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _server.Url.ToString().TrimEnd('/');
    }

    public async ValueTask DisposeAsync()
    {
        _work.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_audit_log_is_listed_and_exported()
    {
        var lines = (await _work.Do("org", "audit-log", "list", "--event-type", "stack-created")).Split('\n');
        string.Join('|', lines[0].Split("  ", StringSplitOptions.RemoveEmptyEntries).Select(c => c.Trim()))
            .ShouldBe("TIMESTAMP|USER|EVENT|DESCRIPTION|SOURCE IP");
        lines[1].ShouldContain("  alice  stack-created  Created the stack alice/web/dev  ");
        var json = JsonNode.Parse(
            await _work.Do("org", "audit-log", "ls", "--event-type", "stack-created", "--count", "1", "--output", "json")
        )!;
        json["count"]!.GetValue<int>().ShouldBe(1);
        json["events"]![0]!["event"]!.GetValue<string>().ShouldBe("stack-created");
        (await _work.Do("org", "audit-log", "export", "--count", "1")).Split('\n').Length.ShouldBe(3);
        (await _work.Do("org", "audit-log", "export", "--format", "cef")).ShouldContain("CEF:0|Holdfast|");
        (await _work.Do("org", "audit-log", "list", "--user", "nobody")).ShouldBe("No audit log events found\n");
        (await _work.Run("org", "audit-log", "list", "--start-time", "soon")).Error.ShouldContain("is not a time");
        (await _work.Run("org", "audit-log", "list", "--all", "--count", "3")).Exit.ShouldNotBe(0);
    }

    [Theory, InlineData("org"), InlineData("stack")]
    public async Task Webhooks_are_made_changed_tried_and_removed(string owner)
    {
        string[] at = owner == "org" ? ["--org", "alice"] : ["--stack", "alice/web/dev"];
        var url = $"http://127.0.0.1:{TestServer.FreePort()}/x";
        (await _work.Do([owner, "webhook", "list", .. at])).ShouldBe("No webhooks found\n");
        (await _work.Run([owner, "webhook", "new", .. at])).Error.ShouldContain("--url is missing");

        var made = JsonNode.Parse(
            await _work.Do([owner, "webhook", "new", "--name", "mine", "--url", url, "--event", "update_failed", "--output", "json", .. at])
        )!;
        var id = made["id"]!.GetValue<string>();
        made["events"]!.ToJsonString().ShouldBe("[\"update_failed\"]");
        (await _work.Do([owner, "webhook", "list", .. at])).ShouldContain($"{id}  mine  {url}  raw     update_failed  true");

        await _work.Do([owner, "webhook", "edit", id, "--add-event", "update_succeeded", "--active=false", "--secret", "s3cret", .. at]);
        var changed = await _work.Do([owner, "webhook", "list", .. at]);
        changed.ShouldContain("update_failed,update_succeeded  false");
        (await _work.Do([owner, "webhook", "ping", id, .. at])).ShouldContain("ping");
        (await _work.Do([owner, "webhook", "delivery", "list", id, .. at])).ShouldContain("DURATION");
        if (owner == "stack")
        {
            (await _work.Do([owner, "webhook", "get", id, .. at])).ShouldContain("Signed: true\n");
            var deliveries = JsonNode.Parse(await _work.Do([owner, "webhook", "delivery", "list", id, "--output", "json", .. at]))!;
            var delivery = deliveries["deliveries"]![0]!["id"]!.GetValue<string>();
            (await _work.Do([owner, "webhook", "delivery", "redeliver", id, delivery, .. at])).ShouldContain("ping");
        }

        (await _work.Run([owner, "webhook", "remove", id, .. at])).Error.ShouldContain("--yes");
        (await _work.Do([owner, "webhook", "remove", id, "--yes", .. at])).ShouldBe($"Webhook '{id}' has been removed.\n");
        (await _work.Run([owner, "webhook", "ping", id, .. at])).Error.ShouldContain("not found");
    }
}
