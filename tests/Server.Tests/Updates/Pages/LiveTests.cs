using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Server.Settings;
using Support;

namespace Server.Tests.Updates.Pages;

/// <summary>What a page that watches a running update is sent.</summary>
public class LiveTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task What_is_told_arrives_until_the_update_ends(Engine engine)
    {
        await using var test = await PagesTest.Start(engine);
        var run = await test.Begin();
        await run.Events(StockEvents.Begin(0, "create", "a"));
        using var viewer = await Viewer.Open(test, "/updates/1/live");
        (await viewer.Next()).ShouldBe("change 1: creating… a");

        await run.Events(StockEvents.End(1, "create", "a"), StockEvents.Said(2, "error", "<b>no</b>", Stock.Urn("a")));
        (await viewer.Next()).ShouldBe("change 3: created 1 s a; said <b>no</b>");
        await run.Complete();

        (await viewer.Next()).ShouldBe("end 3: succeeded");
        (await viewer.Next()).ShouldBe("");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Who_comes_back_is_told_what_was_missed_and_who_is_new_all_of_it(Engine engine)
    {
        await using var test = await PagesTest.Start(engine);
        var run = await test.Begin("preview", dryRun: true);
        var address = $"/previews/{run.Id}/live";
        await run.Events(StockEvents.End(0, "create", "a"));
        using (var viewer = await Viewer.Open(test, address))
        {
            (await viewer.Next()).ShouldBe("change 1: to create a");
        }
        await run.Events(StockEvents.End(1, "update", "b"));
        await test.Server.Restart();

        using (var back = await Viewer.Open(test, address, seen: "1"))
        {
            (await back.Next()).ShouldBe("change 2: to update b");
        }
        using var fresh = await Viewer.Open(test, address);
        (await fresh.Next()).ShouldBe("change 2: to update b, to create a");
        await run.Complete();
        (await fresh.Next()).ShouldBe("end 2: succeeded");
        using var late = await Viewer.Open(test, address, seen: "2");
        (await late.Next()).ShouldBe("end 2: succeeded");
    }

    [Fact]
    public async Task Events_of_a_batch_that_comes_late_are_not_lost()
    {
        await using var test = await PagesTest.Start();
        var run = await test.Begin();
        await run.EventBatch(StockEvents.End(1, "create", "b"));
        using var viewer = await Viewer.Open(test, "/updates/1/live");
        (await viewer.Next()).ShouldBe("change 0: created b");

        await run.EventBatch(StockEvents.End(0, "create", "a"));

        (await viewer.Next()).ShouldBe("change 2: created a");
    }

    [Fact]
    public async Task A_viewer_at_another_process_sees_what_is_told_to_this_one()
    {
        await using var test = await PagesTest.Start(Engine.PostgreSql);
        await using var replica = await test.Server.Replica();
        var run = await test.Begin();
        await run.Events(StockEvents.Begin(0, "create", "a"));
        using var viewer = await Viewer.Open(test, "/updates/1/live", at: replica.Services.GetRequiredService<ServerSettings>().PublicUrl);
        (await viewer.Next()).ShouldBe("change 1: creating… a");

        await run.Events(StockEvents.End(1, "create", "a"));
        (await viewer.Next()).ShouldBe("change 2: created 1 s a");
        await run.Complete();
        (await viewer.Next()).ShouldBe("end 2: succeeded");
    }

    [Fact]
    public async Task Many_viewers_are_told_the_same()
    {
        await using var test = await PagesTest.Start();
        var run = await test.Begin();
        await run.Events(StockEvents.Begin(0, "create", "a"));
        var viewers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Viewer.Open(test, "/updates/1/live")));
        await Task.WhenAll(viewers.Select(v => v.Next()));

        await run.Events(StockEvents.End(1, "create", "a"));
        var told = await Task.WhenAll(viewers.Select(v => v.Next()));

        told.Distinct().ShouldBe(["change 2: created 1 s a"]);
        foreach (var viewer in viewers)
        {
            viewer.Dispose();
        }
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_viewers()
    {
        await using var test = await PagesTest.Start();
        await test.Begin();
        using var viewer = await Viewer.Open(test, "/updates/1/live");
        await viewer.Next();
        var clock = System.Diagnostics.Stopwatch.StartNew();

        await test.Server.Restart();

        clock.Elapsed.ShouldBeLessThan(new HostOptions().ShutdownTimeout);
    }

    /// <summary>As a browser does it: server-sent events, by cookie.</summary>
    private sealed class Viewer(HttpClient http, HttpResponseMessage answer, StreamReader lines) : IDisposable
    {
        public static async Task<Viewer> Open(PagesTest test, string below, string? seen = null, Uri? at = null)
        {
            var http = new HttpClient(new SocketsHttpHandler { CookieContainer = test.Browser.Cookies });
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(at ?? test.Server.Url, $"/{PagesTest.Stack}{below}"));
            if (seen is not null)
            {
                request.Headers.Add("Last-Event-ID", seen);
            }
            var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
            return new(http, answer, new(await answer.Content.ReadAsStreamAsync()));
        }

        /// <returns><c>event id: rows; said …</c>; empty at the end.</returns>
        public async Task<string> Next()
        {
            var fields = new Dictionary<string, string>();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (await lines.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.Length > 0)
                {
                    fields[line.Split(':')[0]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
                }
                else if (fields.Count > 0)
                {
                    return $"{fields["event"]} {fields["id"]}: {Told(JsonNode.Parse(fields["data"])!, fields["event"])}";
                }
            }
            return "";
        }

        public void Dispose()
        {
            lines.Dispose();
            answer.Dispose();
            http.Dispose();
        }

        private static string Told(JsonNode change, string kind)
        {
            if (kind == "end")
            {
                return change["result"]!.GetValue<string>();
            }
            var rows = change["rows"]!.AsArray().Select(r => Html(r!)).Select(row => $"{Text(row, ".state")} {Text(row, ".name bdi")}");
            var said = change["said"]!.AsArray().Select(s => "; said " + Text(Html(s!), ".said"));
            return string.Join(", ", rows) + string.Concat(said);
        }

        private static AngleSharp.Html.Dom.IHtmlDocument Html(JsonNode html) =>
            new AngleSharp.Html.Parser.HtmlParser().ParseDocument(html.GetValue<string>());

        private static string Text(AngleSharp.Html.Dom.IHtmlDocument html, string selector) =>
            html.QuerySelector(selector)!.TextContent.Trim();
    }
}
