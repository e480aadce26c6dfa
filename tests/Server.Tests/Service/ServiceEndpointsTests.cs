using System.Net;
using System.Text.Json.Nodes;
using Support;

namespace Server.Tests.Service;

/// <summary>The client throws on answers that are not as published; these tests say what else must hold.</summary>
public class ServiceEndpointsTests
{
    [Fact]
    public async Task A_stranger_is_told_what_the_service_can_and_which_cli_is_current()
    {
        await using var server = await TestServer.Start();
        using var stranger = server.Client();

        var capabilities = JsonNode.Parse(await stranger.GetStringAsync("/api/capabilities"))!;
        var version = JsonNode.Parse(await stranger.GetStringAsync("/api/cli/version"))!;

        capabilities["capabilities"]!
            .AsArray()
            .Select(c => c!["capability"]!.GetValue<string>())
            .ShouldBe([
                "api-version",
                "batch-encrypt",
                "deployment-schema-version",
                "stack-policy-packs",
                "begin-update",
                "delta-checkpoint-uploads-v2",
            ]);
        version["latestVersion"]!.GetValue<string>().ShouldMatch(@"^\d+\.\d+\.\d+$");
        version["oldestWithoutWarning"]!.GetValue<string>().ShouldMatch(@"^\d+\.\d+\.\d+$");
    }

    [Fact]
    public async Task The_default_organization_is_ones_own_until_another_is_chosen()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");

        var own = JsonNode.Parse(await ann.GetStringAsync("/api/user/organizations/default"))!;

        own["GitHubLogin"]!.GetValue<string>().ShouldBe("ann");
        (await ann.PostAsync("/api/user/organizations/ann/default", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory, InlineData("/healthz"), InlineData("/readyz"), InlineData("/api/status")]
    public async Task A_health_check_needs_no_credentials(string path)
    {
        await using var server = await TestServer.Start();
        using var stranger = server.Client();

        (await stranger.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("GET", "/api/agents/signup")]
    [InlineData("POST", "/api/agents/signup")]
    [InlineData("GET", "/api/agents/signup/validate/abc")]
    public async Task An_agent_without_an_account_is_told_to_log_in(string method, string path) // protocol 4.6
    {
        await using var server = await TestServer.Start();
        using var stranger = server.Client();

        using var answer = await stranger.SendAsync(new(new(method), path));

        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        error["code"]!.GetValue<int>().ShouldBe(404);
        error["message"]!.GetValue<string>().ShouldContain("PULUMI_ACCESS_TOKEN");
    }

    [Fact]
    public async Task Who_is_signed_in_is_told_which_endpoints_there_are()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        using var stranger = server.Client();

        var paths = JsonNode.Parse(await ann.GetStringAsync("/api/openapi/pulumi-spec.json"))!["paths"]!.AsObject();

        (await stranger.GetAsync("/api/openapi/pulumi-spec.json")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        paths.Count.ShouldBeGreaterThan(100);
        paths.Select(path => path.Key).ShouldAllBe(path => path.StartsWith("/api/", StringComparison.Ordinal));
        paths["/api/stacks/{orgName}/{projectName}/{stackName}/import"]!
            .ToJsonString()
            .ShouldBe(
                """{"post":{"parameters":[{"name":"orgName","in":"path","required":true,"schema":{"type":"string"}},{"name":"projectName","in":"path","required":true,"schema":{"type":"string"}},{"name":"stackName","in":"path","required":true,"schema":{"type":"string"}}],"responses":{"default":{"description":""}},"summary":"Needs the permission stack:import"}}"""
            );
    }
}
