using System.Text.Json.Nodes;
using Cli.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Server.Resources;
using Support;

namespace Cli.Tests.Org;

/// <summary>Commands on an organization of the real server.</summary>
public sealed class OrgTests : IAsyncLifetime
{
    private readonly Workspace _work = new();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.Start();
        var token = await _server.TokenOf(await _server.AddAccount("alice"));
        using var alice = _server.Stock(token, null);
        await alice.CreateStack("alice/web/dev");
        (await alice.Import("alice/web/dev", SampleState.Shop("alice/web/dev"))).Expect();
        await _server.Services.GetRequiredService<ResourceIndexing>().CatchUp(CancellationToken.None);
        _work.Machine.Variables["PULUMI_ACCESS_TOKEN"] = token;
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _server.Url.ToString().TrimEnd('/');
        _work.Machine.Variables["PULUMI_CONSOLE_DOMAIN"] = "console.test";
    }

    public async ValueTask DisposeAsync()
    {
        _work.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Search_finds_resources_and_says_where_to_see_them()
    {
        (await _work.Do("org", "search", "-q", "name:assets", "-q", "package:aws")).ShouldBe(
            """
            PROJECT  STACK  NAME    TYPE                  PACKAGE  MODULE     MODIFIED
            web      dev    assets  aws:s3/bucket:Bucket  aws      s3/bucket  2026-11-01T08:00:00.000Z
            Displaying 1 of 1 total results.
            Results are also visible at: http://console.test/alice/resources?query=name%3Aassets%20package%3Aaws

            """
        );
        (await _work.Do("org", "search", "-q", "name:nothing")).ShouldStartWith("No resources found\n");
        var json = JsonNode.Parse(await _work.Do("org", "search", "-q", "name:assets", "--output", "json"))!.AsArray();
        json.Single()!["id"]!.GetValue<string>().ShouldBe("assets-id");
        (await _work.Do("org", "search", "-q", "name:assets", "--output", "csv", "--delimiter", ";")).ShouldBe(
            "project;stack;name;type;package;module;modified\nweb;dev;assets;aws:s3/bucket:Bucket;aws;s3/bucket;2026-11-01T08:00:00.000Z\n"
        );
        (await _work.Do("org", "search", "-q", "name:assets", "--output", "yaml")).ShouldContain("  name: \"assets\"\n");
    }

    [Fact]
    public async Task Members_are_listed_given_another_role_and_removed()
    {
        using var alice = _server.Client(_work.Machine.Variables["PULUMI_ACCESS_TOKEN"]);
        await _server.AddAccount("bob");
        await Send(alice, "/api/console/actions/new-organization", """{"orgName":"acme"}""");
        await Send(alice, "/api/orgs/acme/members/bob", """{"role":"member"}""");

        (await _work.Do("org", "member", "ls", "--org", "acme")).ShouldMatch(
            """^USER   NAME   ROLE    JOINED\nalice  .*admin   20\d\d-.*Z\nbob    .*member  20\d\d-.*Z\n$"""
        );
        (await _work.Do("org", "member", "edit", "bob", "--org", "acme", "--role", "billing-manager")).ShouldBe(
            "Member 'bob' of 'acme' now has the role 'billing-manager'.\n"
        );
        var json = JsonNode.Parse(await _work.Do("org", "member", "list", "--org", "acme", "--output", "json"))!;
        (json["count"]!.GetValue<int>(), json["members"]![1]!["role"]!.ToString()).ShouldBe((2, "billing-manager"));
        JsonNode.Parse(await _work.Do("org", "member", "list", "--org", "acme", "--count", "1", "--output", "json"))!["count"]!
            .GetValue<int>()
            .ShouldBe(1);

        (await _work.Run("org", "member", "rm", "bob", "--org", "acme")).Error.ShouldContain("requires --yes");
        (await _work.Do("org", "member", "rm", "bob", "--org", "acme", "--yes")).ShouldBe("Member 'bob' has been removed from 'acme'.\n");
        (await _work.Run("org", "member", "rm", "bob", "--org", "acme", "--yes")).Error.ShouldContain(
            "'bob' is not a member of the organization 'acme'"
        );
        (await _work.Run("org", "member", "edit", "alice", "--org", "acme")).Error.ShouldContain("one of --role");
        (await _work.Run("org", "member", "edit", "alice", "--org", "acme", "--role", "king")).Exit.ShouldBe(1);
        (await _work.Run("org", "member", "edit", "alice", "--org", "acme", "--fga-role-name", "x")).Exit.ShouldNotBe(0);
        (await _work.Run("org", "member", "list", "--count", "1", "--all")).Error.ShouldContain("--count and --all");
    }

    private static async Task Send(HttpClient client, string path, string json) =>
        (await client.PostAsync(path, new StringContent(json, System.Text.Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();

    [Fact]
    public async Task Search_refuses_what_it_cannot_do()
    {
        (await _work.Run("org", "search", "--output", "xml")).Error.ShouldContain("valid values are: default or json or yaml or csv");
        (await _work.Run("org", "search", "--delimiter", "ab")).Exit.ShouldBe(1);
        (await _work.Run("org", "search", "--org", "nobody")).Error.ShouldContain("'nobody' not found");
        (await _work.Run("org", "search", "-q", "colour:red")).Error.ShouldContain("colour");
    }

    [Fact]
    public async Task Search_needs_a_cloud()
    {
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = "file://" + _work.Machine.Work;
        (await _work.Run("org", "search")).Error.ShouldContain("do not support organizations; log in to a cloud with `pulumi login`");
    }

    [Fact]
    public async Task Usage_is_summed_up()
    {
        var today = _server.Clock.GetUtcNow();
        (await _work.Do("org", "usage", "get", "--granularity", "daily", "--lookback-days", "1"))
            .Split('\n')[^2]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[..4]
            .ShouldBe([$"{today.Year}", $"{today.Month}", $"{today.Day}", "14"]);
        JsonNode.Parse(await _work.Do("org", "usage", "get", "--output", "json"))!["summary"]!.AsArray().Count.ShouldBe(1);
        (await _work.Run("org", "usage", "get", "--granularity", "daily", "--lookback-days", "0")).Error.ShouldContain("lookbackDays");
        (await _work.Run("org", "usage", "get", "--granularity", "never")).Error.ShouldContain("yearly");
    }
}
