using Microsoft.Playwright;
using Support;

namespace EndToEnd;

/// <summary>The page of an update while it runs, in Chromium.</summary>
public sealed class LiveUpdateTests : IAsyncLifetime
{
    private ConsoleBrowser _console = null!;
    private StockClient _stock = null!;

    private IPage Page => _console.Page;

    public async ValueTask InitializeAsync()
    {
        _console = await ConsoleBrowser.Start();
        await _console.Open("/signup");
        await _console.SignUp();
        var token = (await _console.Server.Holdfast("", "token", "add", "--user", "ann")).Out.Trim();
        _stock = new(new HttpClient { BaseAddress = new(_console.Server.Url) }, token);
        await _stock.CreateStack(UpdateScenes.Stack);
    }

    public async ValueTask DisposeAsync()
    {
        _stock.Dispose();
        await _console.DisposeAsync();
    }

    [Fact]
    public async Task Events_appear_without_reload_survive_one_and_the_end_is_shown()
    {
        var run = await UpdateScenes.Running(_stock);
        await _console.Open($"/{UpdateScenes.Stack}/updates/1");
        (await Rows()).ShouldBe(["worker updating…", "cache creating…"]);
        await Page.EvaluateAsync("window.stayed = true");

        await run.Events(
            StockEvents.End(2, "create", "cache", now: """{"inputs":{"size":1}}"""),
            StockEvents.Begin(3, "create", "<b>bold</b>"),
            StockEvents.Failed(4, "create", "<b>bold</b>"),
            StockEvents.Said(5, "error", "no <i>room</i>", Stock.Urn("<b>bold</b>"))
        );
        await Page.GetByText("creating failed").WaitForAsync();
        (await Rows()).ShouldBe(["<b>bold</b> creating failed", "worker updating…", "cache created"]);
        (await Page.InnerTextAsync("#update-errors .said")).ShouldBe("no <i>room</i>");
        (await Page.InnerTextAsync("#messages-count")).ShouldBe("1");
        (await Page.EvaluateAsync<bool>("window.stayed")).ShouldBeTrue();

        await Page.ReloadAsync();
        (await Rows()).ShouldBe(["<b>bold</b> creating failed", "worker updating…", "cache created"]);
        await _console.Server.KillAndRestart(); // the page finds its way back
        await run.Events(
            StockEvents.End(6, "update", "worker", """{"inputs":{"a":1}}""", """{"inputs":{"a":2}}"""),
            Stock.Summary(7, ("create", 1), ("update", 1))
        );
        await Page.GetByText("updated", new() { Exact = false }).First.WaitForAsync();
        await run.Complete("failed");

        await Page.GetByText("Download the state").WaitForAsync();
        (await Page.InnerTextAsync("#update-result")).ShouldBe("failed");
        (await Page.InnerTextAsync("#update-counts")).ShouldContain("1 updated");
        await Page.ClickAsync("#changes li:nth-child(3) summary");
        (await Page.InnerTextAsync("#changes li:nth-child(3) .diff")).ShouldContain("a: 1 → 2");
    }

    [Fact]
    public async Task Messages_are_added_where_they_are_read_and_scripts_are_not_needed()
    {
        var run = await UpdateScenes.Running(_stock);
        await _console.Open($"/{UpdateScenes.Stack}/updates/1?show=diagnostics");
        await run.Events(StockEvents.Said(2, "info", "first"));
        await Page.GetByText("first", new() { Exact = true }).WaitForAsync();
        await run.Events(StockEvents.Said(3, "info", "second"));
        await Page.GetByText("second", new() { Exact = true }).WaitForAsync();
        (await Page.Locator("#messages .said").CountAsync()).ShouldBe(2);
        _console.Errors.ShouldBeEmpty();

        var state = await Page.Context.StorageStateAsync();
        await using var plain = await Page.Context.Browser!.NewContextAsync(new() { JavaScriptEnabled = false, StorageState = state });
        var page = await plain.NewPageAsync();
        await page.GotoAsync($"{_console.Server.Url}/{UpdateScenes.Stack}/updates/1");
        await run.Events(StockEvents.End(4, "create", "cache"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Reload", Exact = true }).ClickAsync();
        (await page.InnerTextAsync("#changes")).ShouldContain("created");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel this update" }).ClickAsync();
        (await page.InnerTextAsync("#update-result")).ShouldBe("cancelled");
    }

    private async Task<IReadOnlyList<string>> Rows()
    {
        var rows = new List<string>();
        foreach (var row in await Page.Locator("#changes > li").AllAsync())
        {
            var state = (await row.Locator(".state").InnerTextAsync()).Trim();
            rows.Add(
                $"{(await row.Locator(".name bdi").First.InnerTextAsync()).Trim()} {string.Join(' ', state.Split(' ').TakeWhile(w => !char.IsAsciiDigit(w[0])))}"
            );
        }
        return rows;
    }
}
