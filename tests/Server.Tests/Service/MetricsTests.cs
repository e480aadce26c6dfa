using System.Net;
using Support;

namespace Server.Tests.Service;

public class MetricsTests
{
    [Fact]
    public async Task A_site_administrators_token_reads_what_the_server_does()
    {
        await using var server = await TestServer.Start();
        using var admin = await server.ClientOf("ann");
        await admin.GetAsync("/api/user");

        var text = await admin.GetStringAsync("/metrics");

        text.ShouldContain("http_route=\"/api/user\"");
        text.ShouldContain("http_server_request_duration_seconds_bucket{");
        text.ShouldContain("holdfast_writes_waiting");
        text.ShouldContain("holdfast_commit_writes_bucket{");
        text.ShouldContain("holdfast_commit_duration_seconds_bucket{");
    }

    [Fact]
    public async Task Nobody_else_reads_them()
    {
        await using var server = await TestServer.Start();
        using var admin = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");
        using var stranger = server.Client();

        var refused = await bob.GetAsync("/metrics");

        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadAsStringAsync()).ShouldBe(
            """{"code":403,"message":"Forbidden: This takes the access token of a site administrator."}"""
        );
        (await stranger.GetAsync("/metrics")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task They_can_be_opened_to_whoever_reaches_the_server()
    {
        await using var server = await TestServer.Start(change: s => s with { MetricsOpen = true });
        using var stranger = server.Client();

        (await stranger.GetStringAsync("/metrics")).ShouldContain("# TYPE ");
    }
}
