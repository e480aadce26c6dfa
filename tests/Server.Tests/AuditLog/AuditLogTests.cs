using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Server.Audit;
using Server.Data;
using Server.Tests.Stacks;
using Support;
using Wire;

namespace Server.Tests.AuditLog;

public class AuditLogTests
{
    private const string Log = "/api/orgs/ann/auditlogs";
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Events_are_listed_newest_first_with_who_did_them(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await ann.DeleteAsync("/api/stacks/ann/web/dev");

        var events = (await List(ann, Log)).AuditLogEvents;

        events[0].Event.ShouldBe("stack-deleted");
        events[0].Description.ShouldBe("Deleted the stack ann/web/dev");
        events[0].Timestamp.ShouldBe(server.Clock.GetUtcNow().ToUnixTimeSeconds());
        (events[0].User.GithubLogin, events[0].TokenName).ShouldBe(("ann", "test"));
        events[0].SourceIP.ShouldNotBeEmpty();
        events.First(e => e.Event != "token-used-from-new-address" && e != events[0]).Event.ShouldBe("stack-created");
        (await ann.GetStringAsync(Log + "/reader-kind")).ShouldBe("\"mysql\"");
    }

    [Fact]
    public async Task The_start_is_the_upper_bound_in_the_first_version_and_the_lower_one_in_the_second()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        var times = await WriteHourly(server, 3);

        (await Texts(ann, $"{Log}?startTime={times[1]}")).ShouldBe(["1", "0"]);
        (await Texts(ann, $"{Log}?endTime={times[1]}")).ShouldBe(["1", "0"]);
        (await Texts(ann, $"{Log}/v2?startTime={times[1]}")).ShouldBe(["2", "1"]);
        (await Texts(ann, $"{Log}/v2?startTime={times[1]}&endTime={times[1]}")).ShouldBe(["1"]);
        var iso = DateTimeOffset.FromUnixTimeSeconds(times[1]).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        (await Texts(ann, $"{Log}?startTime={iso}")).ShouldBe(["1", "0"]);
    }

    [Theory]
    [InlineData("eventFilter=stack-renamed", 1)]
    [InlineData("eventType=stack-renamed", 1)]
    [InlineData("userFilter=ANN", 2)]
    [InlineData("user=bob", 1)]
    [InlineData("user=bob&eventType=stack-renamed", 0)]
    public async Task Filters_go_by_the_published_names_and_by_those_of_the_stock_cli(string query, int count)
    {
        await using var server = await TestServer.Start();
        var (ann, bob) = (await server.AddAccount("ann"), await server.AddAccount("bob"));
        using var client = server.Client(await server.TokenOf(ann));
        await Write(server, ann.Id, "test-event", "0");
        await Write(server, ann.Id, "stack-renamed", "1");
        await Write(server, bob.Id, "test-event", "2");

        (await Texts(client, $"{Log}?{query}")).Count.ShouldBe(count);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Pages_hold_everything_once(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        var ann = await server.AddAccount("ann");
        using var client = server.Client(await server.TokenOf(ann));
        for (var i = 0; i < 250; i++)
        {
            await Write(server, ann.Id, "test-event", $"{i}");
        }

        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await List(client, $"{Log}/v2?eventFilter=test-event&continuationToken={token}");
            seen.AddRange(page.AuditLogEvents.Select(e => e.Description));
            token = page.ContinuationToken;
        } while (token is not null);

        seen.Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, 250));
    }

    [Fact]
    public async Task Exports_are_gzip_and_are_events_themselves()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");

        var answer = await ann.GetAsync(Log + "/export?format=csv");
        answer.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        var csv = (await Unpacked(answer)).Split('\n');
        csv[0].ShouldBe("Timestamp,Name,Login,Event,Description,SourceIP,RequireOrgAdmin,RequireStackAdmin,AuthenticationFailure");
        csv.ShouldContain(line => line.Contains(",ann,ann,Stack created,Created the stack ann/web/dev,"));
        csv.ShouldContain(line => line.Contains("Audit log exported"));

        var cef = await Unpacked(await ann.GetAsync(Log + "/v2/export?format=cef"));
        cef.ShouldContain("CEF:0|Holdfast|Holdfast|");
        cef.ShouldContain("|stack-created|Stack created|3|dvchost=localhost rt=");
        foreach (var line in (await Unpacked(await ann.GetAsync(Log + "/export?format=jsonl"))).TrimEnd('\n').Split('\n'))
        {
            JsonDocument.Parse(line).RootElement.GetProperty("hash").GetString()!.Length.ShouldBe(64);
        }
        (await ann.GetAsync(Log + "/export?format=xml")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_name_with_line_breaks_and_separators_cannot_forge_an_event_in_any_export()
    {
        await using var server = await TestServer.Start();
        var ann = await server.AddAccount("ann");
        using var client = server.Client(await server.TokenOf(ann));
        await Write(
            server,
            ann.Id,
            "test-event",
            "=x\r\n2026-01-01T00:00:00Z,root,root,Forged\u2028src=1.2.3.4 suser=root|\\\n{\"event\":\"forged\"}\0"
        );

        foreach (var format in new[] { "csv", "cef", "jsonl" })
        {
            var lines = (await Unpacked(await client.GetAsync($"{Log}/export?eventFilter=test-event&format={format}")))
                .TrimEnd('\n')
                .Split('\n');

            lines.Length.ShouldBe(format == "csv" ? 2 : 1, format);
            lines[^1].ShouldNotContain('\r');
            lines[^1].ShouldNotContain('\u2028');
            if (format == "cef")
            {
                lines[^1].ShouldContain("src\\=1.2.3.4 suser\\=root");
            }
            if (format == "csv")
            {
                lines[^1].ShouldContain("'=x", customMessage: "a spreadsheet would run it");
            }
        }
    }

    [Fact]
    public async Task A_stranger_gets_nothing()
    {
        await using var server = await TestServer.Start();
        await server.AddAccount("ann");
        using var bob = await server.ClientOf("bob");

        foreach (var path in new[] { "", "/v2", "/export", "/v2/export", "/reader-kind" })
        {
            (await bob.GetAsync(Log + path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    internal static async Task<ResponseAuditLogs> List(HttpClient client, string path) =>
        (await client.GetFromJsonAsync(path, WireJson.Default.ResponseAuditLogs))!;

    private static async Task<List<string>> Texts(HttpClient client, string path) =>
        [.. (await List(client, path)).AuditLogEvents.Select(e => e.Description).Where(d => d.Length == 1)];

    private static async Task<List<long>> WriteHourly(TestServer server, int count)
    {
        var ann = await server.Services.GetRequiredService<Database>().QueryOne<string>($"SELECT id FROM accounts WHERE login = 'ann'", Ct);
        var times = new List<long>();
        for (var i = 0; i < count; i++)
        {
            server.Clock.Advance(TimeSpan.FromHours(1));
            await Write(server, ann!, "test-event", $"{i}");
            times.Add(server.Clock.GetUtcNow().ToUnixTimeSeconds());
        }
        return times;
    }

    private static async Task Write(TestServer server, string accountId, string name, string description)
    {
        var organization = await server
            .Services.GetRequiredService<Database>()
            .QueryOne<string>($"SELECT id FROM organizations WHERE login = 'ann'", Ct);
        await server
            .Services.GetRequiredService<AuditStore>()
            .Add(new(accountId, null, "192.0.2.1"), organization!, name, description, null, Ct);
    }

    private static async Task<string> Unpacked(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var packed = new System.IO.Compression.GZipStream(
            await answer.Content.ReadAsStreamAsync(),
            System.IO.Compression.CompressionMode.Decompress
        );
        using var reader = new StreamReader(packed);
        return await reader.ReadToEndAsync();
    }
}
