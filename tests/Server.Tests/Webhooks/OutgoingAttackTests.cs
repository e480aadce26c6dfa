using System.Net;
using Server.Outgoing;
using Server.Settings;
using Server.Tests.Stacks;
using Support;

namespace Server.Tests.Webhooks;

/// <summary>Attacks that would have this server call what only it can reach.</summary>
public class OutgoingAttackTests
{
    private const string Hooks = "/api/orgs/ann/hooks";

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[64:ff9b::7f00:1]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://172.31.0.1/")]
    [InlineData("http://192.168.0.1/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://[fd00::1]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://0.0.0.0/")]
    public async Task A_private_address_is_refused_however_it_is_written(string url)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");

        var answer = await ann.Post(Hooks, $$"""{"payloadUrl":"{{url}}"}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("private address");
    }

    [Fact]
    public async Task Ssrf_by_a_name_that_means_a_private_address_is_refused_when_it_connects()
    {
        await using var server = await TestServer.Start();
        await using var receiver = await Receiver.Start();
        using var ann = await server.ClientOf("ann");
        await WebhookTests.Create(ann, Hooks, $$"""{"payloadUrl":"http://localhost:{{receiver.Url.Port}}/","name":"mine"}""");

        var delivery = await WebhookTests.Ask(ann, Hooks + "/mine/ping");

        (delivery.ResponseCode, receiver.Got.Count).ShouldBe((0, 0));
        delivery.ResponseBody.ShouldContain("localhost is a private address");
    }

    [Theory, InlineData(0), InlineData(1)]
    public async Task Ssrf_by_dns_rebinding_does_not_reach_the_private_address(int answersBefore)
    {
        await using var receiver = await Receiver.Start(); // on 127.0.0.1 only
        var outside = IPAddress.Parse("127.0.0.2"); // nobody is there, but it may be called
        var asked = 0;
        Task<IPAddress[]> Rebinding(string host, CancellationToken ct) =>
            Task.FromResult<IPAddress[]>([asked++ == 0 ? outside : IPAddress.Loopback]);
        var connections = new OutgoingConnections(Settings() with { PrivateNetworks = [new(outside, 32)] }, Rebinding);
        for (var i = 0; i < answersBefore; i++)
        {
            (await connections.Allowed("rebind.example", CancellationToken.None)).ShouldBe([outside]); // whoever only checks first is content
        }
        using var http = new HttpClient(connections.Handler());

        await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync($"http://rebind.example:{receiver.Url.Port}/"));

        (asked, receiver.Got.Count).ShouldBe((answersBefore + 1, 0), "the address that is connected to is the one that was looked at");
    }

    [Fact]
    public async Task Ssrf_by_a_redirect_is_not_followed()
    {
        await using var inside = await Receiver.Start();
        await using var outside = await Receiver.Start();
        outside.Answer = http =>
        {
            http.Response.Redirect(inside.Url.ToString());
            return Task.CompletedTask;
        };
        await using var server = await WebhookTests.Start();
        using var ann = await server.ClientOf("ann");
        await WebhookTests.Create(ann, Hooks, WebhookTests.Body(outside, """ "name":"mine" """));

        (await WebhookTests.Ask(ann, Hooks + "/mine/ping")).ResponseCode.ShouldBe(302);

        inside.Got.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_several_addresses_only_public_ones_are_tried()
    {
        var connections = new OutgoingConnections(
            Settings(),
            (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("1.1.1.1"), IPAddress.IPv6Loopback])
        );

        (await connections.Allowed("x.example", CancellationToken.None)).ShouldBe([IPAddress.Parse("1.1.1.1")]);
    }

    private static ServerSettings Settings() =>
        new()
        {
            DataFolder = "",
            Listen = [],
            PublicUrl = new("http://localhost"),
            ConsoleUrl = new("http://localhost"),
        };
}
