using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Settings;
using Server.Tests.Stacks;
using Server.Webhooks;
using Support;
using Wire;

namespace Server.Tests.Webhooks;

public class WebhookTests
{
    private const string Hooks = "/api/orgs/ann/hooks";
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Webhooks_are_made_listed_changed_and_deleted_as_published(Engine engine)
    {
        await using var server = await Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");

        foreach (var hooks in new[] { Hooks, "/api/stacks/ann/web/dev/hooks" })
        {
            var made = await Create(
                ann,
                hooks,
                """{"organizationName":"ann","displayName":"Mine","payloadUrl":"https://example.com/x","active":true,"secret":"s3cret","name":"mine"}"""
            );
            (made.Name, made.DisplayName, made.Format, made.HasSecret).ShouldBe(("mine", "Mine", "raw", true));
            (
                await ann.Post(
                    hooks,
                    """{"organizationName":"ann","displayName":"","payloadUrl":"https://example.com","active":true,"name":"mine"}"""
                )
            ).StatusCode.ShouldBe(HttpStatusCode.Conflict);
            (
                await ann.Post(hooks, """{"organizationName":"bob","displayName":"","payloadUrl":"https://example.com","active":true}""")
            ).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (
                await Create(
                    ann,
                    hooks,
                    """{"organizationName":"ann","displayName":"","payloadUrl":"https://example.com","active":false}"""
                )
            ).Name.Length.ShouldBe(8);

            var kept = await Change(ann, hooks + "/mine", """{"secret":"","active":false,"filters":["update_failed"]}""");
            (kept.HasSecret, kept.Active, kept.SecretCiphertext).ShouldBe((true, false, made.SecretCiphertext));
            kept.Filters.ShouldBe(["update_failed"]);
            var other = await Change(ann, hooks + "/mine", """{"secret":"another","format":"slack"}""");
            other.SecretCiphertext.ShouldNotBe(made.SecretCiphertext);
            other.Filters.ShouldBe(["update_failed"]);
            (await Change(ann, hooks + "/mine", """{"secret":"__remove-secret"}""")).HasSecret.ShouldBeFalse();

            (await ann.DeleteAsync(hooks + "/mine")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
            (await ann.GetAsync(hooks + "/mine")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await ann.GetFromJsonAsync(hooks, WireJson.Default.IReadOnlyListWebhookResponse))!.Count.ShouldBe(1);
        }
        var log = await ann.GetFromJsonAsync("/api/orgs/ann/auditlogs", WireJson.Default.ResponseAuditLogs);
        var events = log!.AuditLogEvents.Select(e => e.Event).ToList();
        events.Count(e => e == "webhook-created").ShouldBe(4);
        events.Count(e => e == "webhook-updated").ShouldBe(6);
        events.Count(e => e == "webhook-deleted").ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"payloadUrl":"ftp://example.com"}""", "address")]
    [InlineData("""{"payloadUrl":"https://u:p@example.com"}""", "password")]
    [InlineData("""{"payloadUrl":"https://example.com","format":"xml"}""", "format")]
    [InlineData("""{"payloadUrl":"https://example.com","format":"pulumi_deployments"}""", "format can only be used on stack")]
    [InlineData("""{"payloadUrl":"https://example.com","filters":["nothing"]}""", "filter")]
    [InlineData("""{"payloadUrl":"https://example.com","groups":["nothing"]}""", "group")]
    [InlineData("""{"payloadUrl":"https://example.com","name":"a/b"}""", "name")]
    [InlineData("{}", "address")]
    public async Task What_cannot_be_a_webhook_is_refused_with_a_reason(string body, string reason)
    {
        await using var server = await Start();
        using var ann = await server.ClientOf("ann");

        var answer = await ann.Post(Hooks, body);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(reason);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Events_arrive_signed_and_only_where_they_are_wanted(Engine engine)
    {
        await using var server = await Start(engine);
        await using var receiver = await Receiver.Start();
        using var ann = await server.ClientOf("ann");
        await Create(ann, Hooks, Body(receiver, """ "secret":"s3cret","name":"all" """));
        await Create(ann, Hooks, Body(receiver, """ "filters":["update_failed"],"name":"failures" """));

        await ann.CreateStack("ann/web/dev");
        await SendDue(server);

        var (headers, body) = receiver.Got.ShouldHaveSingleItem();
        headers["Pulumi-Webhook-Kind"].ToString().ShouldBe("stack");
        Guid.TryParse(headers["Pulumi-Webhook-ID"], out _).ShouldBeTrue();
        headers.ContentType.ToString().ShouldBe("application/json");
        headers["Pulumi-Webhook-Signature"]
            .ToString()
            .ShouldBe(Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes(body))));
        body.ShouldBe(
            """{"user":{"name":"ann","githubLogin":"ann","avatarUrl":""},"organization":{"name":"ann","githubLogin":"ann","avatarUrl":""},"action":"created","projectName":"web","stackName":"dev"}"""
        );
        var delivery = (await Deliveries(ann, "all")).ShouldHaveSingleItem();
        (delivery.Kind, delivery.ResponseCode, delivery.Payload).ShouldBe(("stack", 200, body));
        (await Deliveries(ann, "failures")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Updates_previews_and_imports_are_told_of()
    {
        await using var receiver = await Receiver.Start();
        await using var server = await Start();
        using var ann = await server.StockOf("ann");
        await ann.CreateStack("ann/web/dev");
        using var client = server.Client(await TokenOfAnn(server));
        await Create(client, "/api/stacks/ann/web/dev/hooks", Body(receiver, """ "name":"mine" """));

        var preview = await StockRun.Begin(ann, "ann/web/dev", "preview", true);
        await preview.Complete();
        var update = await StockRun.Begin(ann, "ann/web/dev", "update", false);
        await update.Complete("failed");
        (await client.Post("/api/stacks/ann/web/dev/import", await ann.Export("ann/web/dev"))).EnsureSuccessStatusCode();
        await SendDue(server);

        var got = receiver
            .Got.Select(g => (Kind: g.Headers["Pulumi-Webhook-Kind"].ToString(), Body: JsonNode.Parse(g.Body)!))
            .Select(g =>
                $"{g.Kind} {g.Body["kind"]} {g.Body["result"]} {g.Body["isPreview"]} {new Uri(g.Body["updateUrl"]!.ToString()).AbsolutePath}"
            )
            .Order(StringComparer.Ordinal);
        got.ShouldBe([
            $"stack_preview preview succeeded true /ann/web/dev/previews/{preview.Id}",
            "stack_update import succeeded false /ann/web/dev/updates/2",
            "stack_update update failed false /ann/web/dev/updates/1",
        ]);
    }

    [Theory, InlineData("slack", "text"), InlineData("ms_teams", "attachments")]
    public async Task Chats_get_a_sentence_with_a_link_that_a_stacks_name_cannot_change(string format, string member)
    {
        await using var server = await Start();
        await using var receiver = await Receiver.Start();
        using var ann = await server.ClientOf("ann");
        await Create(ann, Hooks, Body(receiver, $$""" "format":"{{format}}","name":"chat" """));

        await ann.CreateStack("ann/web/dev");
        await SendDue(server);

        var body = JsonNode.Parse(receiver.Got.ShouldHaveSingleItem().Body)!;
        body[member].ShouldNotBeNull();
        body.ToJsonString().ShouldContain("ann created the stack ann/web/dev.");
        body.ToJsonString().ShouldContain($"{server.Url}ann/web/dev");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task What_fails_is_tried_again_later_with_the_same_id_until_it_arrives(Engine engine)
    {
        await using var server = await Start(engine);
        await using var receiver = await Receiver.Start();
        using var ann = await server.ClientOf("ann");
        await Create(ann, Hooks, Body(receiver, """ "name":"mine" """));
        receiver.Answer = http => Task.FromResult(http.Response.StatusCode = 503);
        await ann.CreateStack("ann/web/dev");

        await SendDue(server);
        await SendDue(server);
        receiver.Got.Count.ShouldBe(1, "it is too early to try again");
        server.Clock.Advance(TimeSpan.FromSeconds(16));
        await SendDue(server);
        receiver.Got.Count.ShouldBe(2);
        receiver.Answer = _ => Task.CompletedTask;
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        await SendDue(server);
        server.Clock.Advance(TimeSpan.FromDays(2));
        await SendDue(server);

        receiver.Got.Select(g => g.Headers["Pulumi-Webhook-ID"].ToString()).Distinct().Count().ShouldBe(1);
        (await Deliveries(ann, "mine")).Select(d => d.ResponseCode).ShouldBe([200, 503, 503], "the newest first");
    }

    [Fact]
    public async Task What_has_happened_is_sent_without_anybody_asking_for_it()
    {
        await using var server = await TestServer.Start(change: Loopback);
        await using var receiver = await Receiver.Start();
        using var ann = await server.ClientOf("ann");
        await Create(ann, Hooks, Body(receiver, """ "name":"mine" """));
        await ann.CreateStack("ann/web/dev");

        for (var tries = 0; receiver.Got.IsEmpty; tries++)
        {
            tries.ShouldBeLessThan(400);
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(25, Ct);
        }
    }

    [Fact]
    public async Task A_message_that_never_arrives_is_given_up()
    {
        await using var server = await Start();
        await using var receiver = await Receiver.Start();
        using var ann = await server.ClientOf("ann");
        await Create(ann, Hooks, Body(receiver, """ "name":"mine" """));
        receiver.Answer = http => Task.FromResult(http.Response.StatusCode = 500);
        await ann.CreateStack("ann/web/dev");

        for (var i = 0; i < 9; i++)
        {
            await SendDue(server);
            receiver.Got.Count.ShouldBe(i + 1);
            server.Clock.Advance(TimeSpan.FromDays(2));
        }
        await SendDue(server);

        receiver.Got.Count.ShouldBe(9);
    }

    [Fact]
    public async Task Several_processes_share_the_work_and_send_each_message_once()
    {
        await using var server = await Start(Engine.PostgreSql);
        await using var receiver = await Receiver.Start();
        await using var other = await server.Replica();
        var others = other.Services.GetRequiredService<WebhookSending>();
        await others.StopAsync(Ct); // by itself it sends nothing
        using var ann = await server.ClientOf("ann");
        await Create(ann, Hooks, Body(receiver, """ "name":"mine","filters":["stack_created"] """));
        for (var i = 0; i < 30; i++)
        {
            await ann.CreateStack($"ann/web/s{i}");
        }

        await Task.WhenAll(SendDue(server), others.SendDue(Ct), SendDue(server));

        receiver.Got.Count.ShouldBe(30);
        receiver.Got.Select(g => g.Headers["Pulumi-Webhook-ID"].ToString()).Distinct().Count().ShouldBe(30);
        await other.StopAsync(Ct);
    }

    [Fact]
    public async Task A_change_that_fails_tells_nobody()
    {
        await using var server = await Start();
        await using var receiver = await Receiver.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        await Create(ann, Hooks, Body(receiver, """ "name":"mine" """));

        (await ann.Post("/api/stacks/ann/web", """{"stackName":"dev"}""")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await SendDue(server);

        receiver.Got.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_ping_answers_at_once_and_a_delivery_is_sent_again_as_it_was()
    {
        await using var server = await Start();
        await using var receiver = await Receiver.Start();
        using var ann = await server.ClientOf("ann");
        await Create(ann, Hooks, Body(receiver, """ "name":"mine","active":false """));
        receiver.Answer = http => http.Response.WriteAsync(new string('x', 50_000));

        var ping = await Ask(ann, $"{Hooks}/mine/ping");
        var again = await Ask(ann, $"{Hooks}/mine/deliveries/{ping.Id}/redeliver");

        (ping.Kind, ping.ResponseCode).ShouldBe(("ping", 200));
        ping.ResponseBody.Length.ShouldBe(10 * 1024 + 1, "an answer is cut");
        ping.RequestHeaders.ShouldContain("Pulumi-Webhook-Kind: ping\r\n");
        JsonNode.Parse(ping.Payload)!["message"]!.ToString().ShouldContain("friendly ping");
        receiver.Got.Select(g => g.Body).Distinct().ShouldHaveSingleItem();
        receiver.Got.Select(g => g.Headers["Pulumi-Webhook-ID"].ToString()).Distinct().ShouldHaveSingleItem();
        again.Id.ShouldNotBe(ping.Id);
        (await Deliveries(ann, "mine")).Count.ShouldBe(2);
        (await ann.PostAsync($"{Hooks}/mine/deliveries/nothing/redeliver", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_stranger_sees_no_webhook()
    {
        await using var server = await Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        await Create(ann, Hooks, """{"payloadUrl":"https://example.com","name":"mine"}""");
        using var bob = await server.ClientOf("bob");

        (await bob.GetAsync(Hooks)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await bob.GetAsync(Hooks + "/mine")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await bob.GetAsync("/api/stacks/ann/web/dev/hooks")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await bob.PostAsync(Hooks + "/mine/ping", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_secret_is_nowhere_in_the_database_or_in_an_answer()
    {
        await using var server = await Start();
        using var ann = await server.ClientOf("ann");
        var secret = "very-secret-" + Guid.NewGuid().ToString("n");
        var made = await Create(ann, Hooks, $$"""{"payloadUrl":"https://example.com","name":"mine","secret":"{{secret}}"}""");

        JsonSerializer.Serialize(made, WireJson.Default.WebhookResponse).ShouldNotContain(secret);
        var stored = await server.Services.GetRequiredService<Database>().QueryOne<byte[]>($"SELECT secret FROM webhooks", Ct);
        Encoding.Latin1.GetString(stored!).ShouldNotContain(secret);
    }

    /// <summary>Sends to the loopback interface, and only by <see cref="SendDue"/>.</summary>
    internal static async Task<TestServer> Start(Engine engine = Engine.Sqlite)
    {
        var server = await TestServer.Start(engine, Loopback);
        await server.Stop<WebhookSending>();
        return server;
    }

    internal static ServerSettings Loopback(ServerSettings settings) =>
        settings with
        {
            PrivateNetworks = [IPNetwork.Parse("127.0.0.0/8")],
        };

    internal static async Task<WebhookResponse> Create(HttpClient client, string hooks, string body)
    {
        var answer = await client.Post(hooks, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(WireJson.Default.WebhookResponse))!;
    }

    private static async Task<WebhookResponse> Change(HttpClient client, string hook, string body)
    {
        var answer = await client.Patch(hook, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(WireJson.Default.WebhookResponse))!;
    }

    internal static async Task<WebhookDelivery> Ask(HttpClient client, string path)
    {
        var answer = await client.PostAsync(path, null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return JsonSerializer.Deserialize<WebhookDelivery>(await answer.Content.ReadAsStringAsync(), JsonSerializerOptions.Web)!;
    }

    private static async Task<IReadOnlyList<WebhookDelivery>> Deliveries(HttpClient client, string name) =>
        (await client.GetFromJsonAsync($"{Hooks}/{name}/deliveries", WireJson.Default.IReadOnlyListWebhookDelivery))!;

    internal static string Body(Receiver receiver, string more) => $$"""{"payloadUrl":"{{receiver.Url}}",{{more}}}""";

    internal static Task SendDue(TestServer server) => server.Services.GetRequiredService<WebhookSending>().SendDue(Ct);

    private static async Task<string> TokenOfAnn(TestServer server)
    {
        var accounts = server.Services.GetRequiredService<Server.Accounts.AccountStore>();
        return await server.TokenOf((await accounts.FindByLogin("ann", Ct))!);
    }
}
