using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Resources;
using Server.Usage;
using Support;

namespace Server.Tests.Usage;

public class UsageTests
{
    private const string Path = "/api/orgs/ann/resources/summary";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Resources_are_counted_by_the_hour_and_summed_up(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        (await test.Ann.Get(Path + "?granularity=daily&lookbackDays=7")).Json["summary"]!
            .AsArray()
            .Select(d => d!["resources"]!.GetValue<long>())
            .ShouldAllBe(count => count == 0);
        var midnight = test.Server.Clock.GetUtcNow().UtcDateTime.Date.AddDays(1);
        test.Server.Clock.SetUtcNow(new(midnight));
        await test.Import(SampleState.Large(ResourceTest.Stack, 20));
        await test.Count();
        test.Server.Clock.Advance(TimeSpan.FromHours(2)); // of which nothing is known: as before
        await test.Import(SampleState.Large(ResourceTest.Stack, 80));

        var hours = (await test.Ann.Get(Path + "?granularity=hourly&lookbackDays=1")).Expect().Json["summary"]!.AsArray();
        hours.TakeLast(3).Select(h => (Of(h, "hour"), Of(h, "resources"))).ShouldBe([(0, 20), (1, 20), (2, 80)]);
        await test.Count();
        var day = (await test.Ann.Get(Path + "?granularity=daily&lookbackDays=30")).Json["summary"]!.AsArray().Last();
        (Of(day, "year"), Of(day, "month"), Of(day, "day")).ShouldBe((midnight.Year, midnight.Month, midnight.Day));
        (Of(day, "resources"), Of(day, "resourceHours")).ShouldBe((40, 120));
        foreach (var granularity in new[] { "yearly", "monthly", "weekly" })
        {
            (await test.Ann.Get($"{Path}?granularity={granularity}&lookbackDays=366")).Expect();
        }
        var start = new DateTimeOffset(midnight).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        (await test.Ann.Get($"{Path}?granularity=hourly&lookbackStart={start}")).Json["summary"]!.AsArray().Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("?granularity=daily")]
    [InlineData("?granularity=daily&lookbackDays=0")]
    [InlineData("?granularity=daily&lookbackDays=-1")]
    [InlineData("?granularity=daily&lookbackDays=367")]
    [InlineData("?granularity=daily&lookbackDays=99999999999999999999")]
    [InlineData("?granularity=daily&lookbackDays=3&lookbackStart=3")]
    [InlineData("?granularity=daily&lookbackStart=9223372036854775807")]
    [InlineData("?granularity=hourly&lookbackDays=3")]
    [InlineData("?granularity=secondly&lookbackDays=3")]
    [InlineData("?lookbackDays=3")]
    public async Task What_cannot_be_summed_up_is_refused(string query)
    {
        await using var test = await ResourceTest.Start(Engine.Sqlite);
        (await test.Ann.Get(Path + query)).Code.ShouldBe(400);
    }

    [Theory]
    [InlineData(2026, 1, 3, 0)]
    [InlineData(2026, 1, 4, 1)]
    [InlineData(2023, 1, 1, 1)]
    [InlineData(2026, 12, 31, 52)]
    public void Weeks_begin_on_Sunday(int year, int month, int day, int week)
    {
        var hour = new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() / 3600;
        new[] { new HourlyCount(hour, 1) }.Summarize(Granularity.Weekly).Single().WeekNumber.ShouldBe(week);
    }

    [Fact]
    public async Task The_dashboard_draws_the_last_thirty_days()
    {
        await using var test = await ResourceTest.Start(Engine.Sqlite);
        await test.Import(SampleState.Large(ResourceTest.Stack, 20));
        await test.Browser.Open("/");
        test.Browser.Text(".usage .now").ShouldBe("20 now");
        await test.Count();
        test.Server.Clock.Advance(TimeSpan.FromDays(3));
        await test.Import(SampleState.Large(ResourceTest.Stack, 80));

        await test.Browser.Open("/");

        test.Browser.Text(".usage .now").ShouldStartWith("80 now, 20 on ");
        test.Browser.Page.QuerySelector(".usage svg")!
            .GetAttribute("aria-label")!
            .ShouldEndWith("over the last 4 days: 20 to 80, at most 80");
        test.Browser.Page.QuerySelector(".usage .line")!.GetAttribute("d")!.ShouldBe("M0,65.5 L200,65.5 L400,65.5 L600,4");
        test.Browser.Page.QuerySelectorAll(".usage td.number").Select(c => c.TextContent).ShouldBe(["80", "20", "20", "20"]);
    }

    private static long Of(System.Text.Json.Nodes.JsonNode? summary, string member) => summary![member]!.GetValue<long>();
}

internal static class UsageTestExtensions
{
    public static Task Count(this ResourceTest test) =>
        test.Server.Services.GetRequiredService<UsageStore>().Record(CancellationToken.None);
}
