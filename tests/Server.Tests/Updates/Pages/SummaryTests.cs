using Support;

namespace Server.Tests.Updates.Pages;

public class SummaryTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_update_is_summed_up_as_the_CLI_does_it(Engine engine)
    {
        await using var test = await PagesTest.Start(engine);
        const string latest = "/api/console/stacks/ann/web/dev/updates/latest/summary";
        (await test.Ann.Get(latest)).Code.ShouldBe(404);
        var run = await test.Begin();
        await run.Events(
            StockEvents.Begin(0, "create", "queue"),
            StockEvents.End(1, "create", "queue"),
            StockEvents.End(2, "same", "gateway"),
            StockEvents.Begin(3, "update", "worker"),
            StockEvents.Failed(4, "update", "worker"),
            Stock.Summary(5, ("create", 1), ("same", 1))
        );
        test.Server.Clock.Advance(TimeSpan.FromSeconds(75));
        await run.Complete("failed");

        var summary = (await test.Ann.Get(latest)).Expect().Json["summary"]!.GetValue<string>();

        summary.ShouldBe(
            """
            Update 1 of ann/web/dev: failed

                Type             Name    Status
             +  web:index:Thing  queue   created
             !  web:index:Thing  worker  updating failed

            Resources:
                + 1 created
                = 1 unchanged
                ! 1 failed

            Duration: 1 min 15 s

            """
        );
        var byId = await test.Ann.Get($"/api/console/stacks/ann/web/dev/updates/{run.Id}/summary");
        byId.Expect().Json["summary"]!.GetValue<string>().ShouldBe(summary);
        (await test.Ann.Get("/api/console/stacks/ann/web/dev/updates/none/summary")).Code.ShouldBe(404);
    }
}
