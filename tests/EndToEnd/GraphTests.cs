using Microsoft.Playwright;

namespace EndToEnd;

/// <summary>The graph of resources, by keyboard and by mouse.</summary>
public sealed class GraphTests : IAsyncLifetime
{
    private ConsoleBrowser _console = null!;

    public async ValueTask InitializeAsync()
    {
        _console = await ConsoleBrowser.Start();
        await _console.Open("/signup");
        await _console.SignUp();
        await StackSamples.Make(_console.Server);
    }

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task One_goes_from_resource_to_resource_and_opens_one()
    {
        var page = _console.Page;
        await _console.Open("/ann/store/prod/resources/graph");
        (await Selected()).ShouldStartWith("15 resources.");

        await page.FocusAsync("canvas");
        await page.Keyboard.PressAsync("ArrowRight");
        (await Selected()).ShouldStartWith("store-prod pulumi:pulumi:Stack.");
        await page.FillAsync("#graph-find", "bucket");
        await page.Keyboard.PressAsync("Enter");
        (await Selected()).ShouldBe("assets aws:s3/bucket:Bucket. Depends on 0, used by 4, children 0.");
        await page.FocusAsync("canvas");
        await page.Keyboard.PressAsync("ArrowRight");
        (await Selected()).ShouldStartWith("web-");
        await page.Keyboard.PressAsync("Escape");
        (await Selected()).ShouldStartWith("15 resources.");
        await page.Keyboard.PressAsync("0");
        await page.ClickAsync("canvas", new() { Position = await Middle() });
        await page.FocusAsync("canvas");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("Enter");

        await page.WaitForURLAsync("**/resource?urn=*");
        (await page.TextContentAsync("h2.first"))!.ShouldNotBeEmpty();
        _console.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_thousand_resources_are_drawn_while_one_waits()
    {
        await _console.Open("/ann/store/large/resources/graph");
        var milliseconds = await _console.Page.EvaluateAsync<double>(
            "() => { const begin = performance.now(); place(); fit(); paint(); return performance.now() - begin; }"
        );

        milliseconds.ShouldBeLessThan(1000);
        await _console.Page.FillAsync("#graph-find", "function-997");
        await _console.Page.Keyboard.PressAsync("Enter");
        (await Selected()).ShouldStartWith("function-997 aws:lambda/function:Function. Depends on 2");
    }

    private async Task<string> Selected() => (await _console.Page.TextContentAsync("#graph-selected"))!;

    private async Task<Position> Middle()
    {
        var box = (await _console.Page.Locator("canvas").BoundingBoxAsync())!;
        return new() { X = box.Width / 2, Y = box.Height / 2 };
    }
}
