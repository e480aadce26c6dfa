using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Server.Audit;
using Server.AuditLog.Export;
using Server.Organizations;
using Server.Tests.Stacks;
using Server.Tests.Webhooks;
using Support;

namespace Server.Tests.AuditLog;

public class AuditExportTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Events_reach_a_web_service_in_order_and_again_from_where_it_failed(Engine engine)
    {
        await using var server = await TestServer.Start(engine, WebhookTests.Loopback);
        await server.Stop<AuditExporting>();
        await using var receiver = await Receiver.Start();
        using var ann = await server.ClientOf("ann");
        await Set(server, AuditTarget.Web, receiver.Url.ToString(), "s3cret");
        await ann.CreateStack("ann/web/dev");
        receiver.Answer = http => Task.FromResult(http.Response.StatusCode = 500);

        await Send(server);
        receiver.Answer = _ => Task.CompletedTask;
        await Send(server);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await Send(server);
        await ann.CreateStack("ann/web/prod");
        await Send(server);

        var got = receiver.Got.ToArray();
        Ordinals(got[1].Body).Take(Ordinals(got[0].Body).Count()).ShouldBe(Ordinals(got[0].Body), "what failed comes again");
        got[0].Headers.ContainsKey("Pulumi-Webhook-Signature").ShouldBeTrue();
        var sent = Ordinals(got[1].Body).Concat(Ordinals(got[2].Body)).ToList();
        sent.Count.ShouldBeGreaterThanOrEqualTo(4);
        sent.ShouldBe(Enumerable.Range(1, sent.Count));
    }

    [Fact]
    public async Task Events_reach_a_syslog_service_over_tcp_and_udp_as_counted_messages()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await using var server = await TestServer.Start(change: WebhookTests.Loopback);
        await server.Stop<AuditExporting>();
        await server.AddAccount("ann");

        await Set(server, AuditTarget.Syslog, $"syslog+tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", "");
        var sending = Send(server);
        using var client = await listener.AcceptTcpClientAsync(Ct);
        await sending;
        using var reader = new StreamReader(client.GetStream());
        var text = await reader.ReadToEndAsync(Ct);
        var length = int.Parse(text[..text.IndexOf(' ')]);
        var message = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text[(text.IndexOf(' ') + 1)..])[..length]);
        message.ShouldStartWith("<110>1 ");
        message.ShouldContain(" localhost holdfast - account-created - {\"timestamp\":");

        await Set(server, AuditTarget.Syslog, $"syslog+udp://127.0.0.1:{((IPEndPoint)udp.Client.LocalEndPoint!).Port}", "");
        await Send(server);
        Encoding.UTF8.GetString((await udp.ReceiveAsync(Ct)).Buffer).ShouldBe(message);
        udp.Dispose();
    }

    [Fact]
    public async Task Events_reach_a_file_in_the_data_folder()
    {
        await using var server = await TestServer.Start();
        await server.Stop<AuditExporting>();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        var organization = await Set(server, AuditTarget.File, "/etc/passwd", "");

        await Send(server);

        var file = Path.Combine(server.Settings.DataFolder, "audit", organization.Id + ".jsonl");
        var written = Ordinals(await File.ReadAllTextAsync(file, Ct)).ToList();
        written.Count.ShouldBeGreaterThanOrEqualTo(3);
        written.ShouldBe(Enumerable.Range(1, written.Count));
    }

    [Fact]
    public async Task Events_are_exported_without_anybody_asking_for_it()
    {
        await using var server = await TestServer.Start(change: WebhookTests.Loopback);
        await using var receiver = await Receiver.Start();
        await server.AddAccount("ann");
        await Set(server, AuditTarget.Web, receiver.Url.ToString(), "s3cret");

        for (var tries = 0; receiver.Got.IsEmpty; tries++)
        {
            tries.ShouldBeLessThan(400);
            server.Clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(25, Ct);
        }
    }

    [Theory]
    [InlineData(AuditTarget.Syslog, "syslog+tcp://127.0.0.1:514")]
    [InlineData(AuditTarget.Syslog, "http://example.com")]
    [InlineData(AuditTarget.Web, "http://169.254.169.254/")]
    [InlineData("s3", "bucket")]
    public async Task A_private_or_odd_target_is_refused(string kind, string target)
    {
        await using var server = await TestServer.Start();
        await server.AddAccount("ann");

        await Should.ThrowAsync<Server.Auth.ApiException>(() => Set(server, kind, target, ""));
    }

    private static async Task<Organization> Set(TestServer server, string kind, string target, string secret)
    {
        var account = (await server.Services.GetRequiredService<Server.Accounts.AccountStore>().FindByLogin("ann", Ct))!;
        var organization = (await server.Services.GetRequiredService<OrganizationStore>().Find(account.Id, "ann", Ct))!;
        var changes = server.Services.GetRequiredService<AuditExportChanges>();
        await changes.Set(organization, kind, target, secret, enabled: true, new Actor(account.Id, null, ""), Ct);
        return organization;
    }

    private static Task Send(TestServer server) => server.Services.GetRequiredService<AuditExporting>().SendNew(Ct);

    private static IEnumerable<int> Ordinals(string lines) =>
        lines.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("ordinal").GetInt32());
}
