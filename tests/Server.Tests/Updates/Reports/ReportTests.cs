using System.Text;
using System.Text.Json.Nodes;
using Server.Diffs;
using Server.Updates.Reports;
using Support;

namespace Server.Tests.Updates.Reports;

public class ReportTests
{
    [Fact]
    public void Events_in_any_order_and_twice_make_the_same_report()
    {
        JsonObject[] events =
        [
            StockEvents.Begin(0, "create", "a"),
            StockEvents.End(1, "create", "a"),
            StockEvents.Begin(2, "create-replacement", "b"),
            StockEvents.End(3, "create-replacement", "b"),
            StockEvents.Begin(4, "replace", "b"),
            StockEvents.End(5, "replace", "b"),
            StockEvents.Begin(6, "delete-replaced", "b"),
            StockEvents.End(7, "delete-replaced", "b"),
            StockEvents.Begin(8, "refresh", "c"),
            StockEvents.End(9, "same", "c"),
            StockEvents.Begin(10, "update", "d"),
            StockEvents.Failed(11, "update", "d"),
            StockEvents.Begin(12, "delete", "e"),
            StockEvents.Said(13, "error", "<{%fg 1%}>no<{%reset%}>", Stock.Urn("d")),
            Stock.Summary(14, ("create", 1)),
        ];
        foreach (var order in new[] { events, [.. events.Reverse()], [.. events, .. events] })
        {
            var report = new UpdateReport();
            foreach (var (batch, n) in order.Chunk(4).Select((b, n) => (b, n)))
            {
                report.Fold(new(n, n), Body(batch));
            }

            report
                .Rows()
                .OrderBy(r => r.Name)
                .Select(r => $"{r.Name} {r.Op}{(r.Failed ? " failed" : "")}{(r.IsOpen ? " open" : "")} {r.Ended - r.Started}")
                .ShouldBe(["a create 1", "b replace 5", "c same 1", "d update failed 1", $"e delete open {-StockEvents.Start - 12}"]);
            report
                .Diagnostics()
                .Single()
                .ShouldBe(new(13, StockEvents.Start + 13, Severity.Error, Stock.Urn("d"), "<{%fg 1%}>no<{%reset%}>"));
        }
    }

    [Fact]
    public void Odd_events_are_passed_over()
    {
        var report = new UpdateReport();
        report.Fold(new(0, 0), """[]"""u8);
        report.Fold(
            new(1, 1),
            """{"events":[{"sequence":0,"resourcePreEvent":7},{"sequence":1,"resourcePreEvent":{"metadata":[]}},{"sequence":"x","timestamp":{},"resOutputsEvent":{"metadata":{"op":{},"urn":[1],"type":null}}},{"sequence":2,"diagnosticEvent":{"message":{"a":1},"severity":5}}]}"""u8
        );

        report.Rows().ShouldBeEmpty();
        report.Diagnostics().ShouldBeEmpty();
    }

    [Fact]
    public void The_first_event_that_is_not_certain_is_known()
    {
        var report = new UpdateReport();
        report.Contiguous().ShouldBe(0);
        report.Fold(new(50, 99), Body());
        report.Contiguous().ShouldBe(0);
        report.Fold(new(0, 49), Body());
        report.Contiguous().ShouldBe(100);
    }

    [Fact]
    public void A_change_tells_inputs_what_the_provider_knows_and_outputs()
    {
        var metadata = StockEvents.End(
            0,
            "update",
            "a",
            old: """{"inputs":{"size":1,"pw":"[secret]"},"outputs":{"size":1,"arn":"x","etag":"1"}}""",
            now: """{"inputs":{"size":2,"pw":"[secret]"},"outputs":{"size":2,"arn":"x","etag":"2"}}""",
            detailed: """{"size":{"diffKind":"update-replace","inputDiff":true},"pw":{"diffKind":"update","inputDiff":true},"etag":{"diffKind":"update","inputDiff":false}}"""
        );

        var detail = ChangeDetail.Of(Encoding.UTF8.GetBytes(metadata.ToJsonString()), DiffLimits.Short);

        detail
            .Properties.Lines.Select(l => $"{l.Name} {l.Text} {l.Now} {l.Replaces}")
            .ShouldBe(["size 1 2 True", "pw [secret] [secret] False", "etag \"1\"  False"]);
        detail.Outputs.Lines.Select(l => $"{l.Name} {l.Text} {l.Now}").ShouldBe(["etag \"1\" \"2\"", "size 1 2"]);
    }

    [Theory]
    [InlineData("a.b[0][\"c.d\"].e", "a b 0 c.d e")]
    [InlineData("a", "a")]
    [InlineData("", "")]
    [InlineData("[\"x\"", "x")]
    [InlineData("a[", "a")]
    public void A_path_is_taken_apart(string path, string steps) => string.Join(' ', PropertyPath.Parse(path)).ShouldBe(steps);

    [Fact]
    public void Colours_become_styles_and_codes_for_terminals_go()
    {
        Markup
            .Parse("<{%fg 1%}>error: <{%reset%}>\e[1mbad\e[0m <{%nonsense%}>x\u0007<{%")
            .ShouldBe([("error: ", "red"), ("bad ", ""), ("x\uFFFD<{%", "")]);
        Markup.Plain("<{%bold%}> a <{%reset%}>\n").ShouldBe("a");
    }

    private static byte[] Body(params JsonObject[] events) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["events"] = new JsonArray([.. events.Select(e => e.DeepClone())]) }.ToJsonString());
}
