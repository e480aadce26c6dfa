using Microsoft.Playwright;
using Support;

namespace EndToEnd;

/// <summary>A person's day in the console: without a mouse, and without scripts.</summary>
public sealed class JourneyTests : IAsyncLifetime
{
    private ConsoleBrowser _console = null!;

    public async ValueTask InitializeAsync()
    {
        _console = await ConsoleBrowser.Start();
        await _console.Open("/signup");
        await _console.SignUp();
        await StackSamples.Make(_console.Server);
        using var ann = await StackSamples.StockOf(_console.Server, "ann");
        (await ann.Import("ann/store/prod", Stock.Untyped(Stock.Deployment(Stock.Resource("late"))))).Expect();
    }

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task By_keyboard_alone_one_signs_in_compares_versions_rolls_back_reads_a_secret_and_renames_a_stack()
    {
        var hands = new Hands(_console.Page);
        await _console.Page.Context.ClearCookiesAsync();
        await _console.Open("/ann");
        await hands.Fill("User name or e-mail", "ann");
        await hands.Fill("Password", TestServer.Password);
        await hands.Press("Sign in");

        await hands.Fill("Name", "store/prod");
        await hands.Press("Show");
        await hands.Press("store/prod");
        await hands.Press("Updates");
        await hands.Press("Compare");
        (await _console.Page.TextContentAsync(".counts"))!.ShouldContain("removed");
        await hands.Press("Updates");
        await hands.Press("Update 1");
        await hands.Press("Roll back to this version");
        await hands.Press("Roll back to version 1");
        await hands.Press("Overview");
        await Read(_console.Page);
        await hands.Press("Reveal the secret /password");
        (await _console.Page.ContentAsync()).ShouldContain("hunter2");
        await hands.Press("Settings");
        await hands.Fill("Stack", "production");
        await hands.Press("Rename");

        (await _console.Page.TextContentAsync("h1"))!.ShouldContain("production");
        await hands.Press("Star");
        (await _console.Page.GetAttributeAsync("button[name=Star]", "aria-pressed")).ShouldBe("true");
        _console.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_scripts_a_stack_is_found_rolled_back_read_renamed_deleted_and_restored()
    {
        var server = _console.Server.Url;
        var state = await _console.Page.Context.StorageStateAsync();
        await using var plain = await _console.Page.Context.Browser!.NewContextAsync(
            new() { JavaScriptEnabled = false, StorageState = state }
        );
        var page = await plain.NewPageAsync();
        Task Press(string name, AriaRole role = AriaRole.Button) => page.GetByRole(role, new() { Name = name, Exact = true }).ClickAsync();

        await page.GotoAsync(server + "/ann?q=store");
        await page.SelectOptionAsync("[name=group]", "project");
        await Press("Show");
        await Press("store/prod", AriaRole.Link);
        await page.GotoAsync(server + "/ann/store/prod/updates/1/rollback");
        await Press("Roll back to version 1");
        await page.GotoAsync(server + "/ann/store/prod");
        await Read(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Reveal the secret /password" }).ClickAsync();
        (await page.ContentAsync()).ShouldContain("hunter2");
        await page.GotoAsync(server + "/ann/resources?query=name:assets");
        (await page.TextContentAsync("main"))!.ShouldContain("assets");
        await page.GotoAsync(server + "/ann/store/prod/settings");
        await page.FillAsync("[name=NewName]", "live");
        await Press("Rename");
        (await page.TextContentAsync("h1"))!.ShouldContain("live");
        await page.GotoAsync(server + "/ann/store/live/settings");
        await page.FillAsync("[name=Typed]", "store/live");
        await page.CheckAsync("[name=Force]");
        await Press("Delete the stack");
        await page.GotoAsync(server + "/ann/~deleted");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore store/live" }).ClickAsync();
        (await page.GotoAsync(server + "/ann/store/live"))!.Status.ShouldBe(200);
    }

    /// <summary>A page says that its newest state is being read.</summary>
    private static async Task Read(IPage page)
    {
        while (await page.GetByText("is being read").IsVisibleAsync())
        {
            await page.ReloadAsync();
        }
    }

    /// <summary>Tab, letters and Enter.</summary>
    private sealed class Hands(IPage page)
    {
        private const int Most = 150;

        /// <summary>What has the focus is what a person who hears the page is told: its label, or its text.</summary>
        private const string Focused = """
            (() => {
              const it = document.activeElement;
              const label = it.labels?.[0]?.textContent ?? it.getAttribute("aria-label") ?? it.textContent;
              return label.replace(/\s+/g, " ").trim();
            })()
            """;

        public async Task Fill(string label, string text)
        {
            await GoTo(label);
            await page.Keyboard.PressAsync("Control+A");
            await page.Keyboard.TypeAsync(text);
        }

        public async Task Press(string name)
        {
            await GoTo(name);
            var next = new TaskCompletionSource();
            page.DOMContentLoaded += Loaded; // of the page at the end of all redirects
            await page.Keyboard.PressAsync("Enter");
            await next.Task.WaitAsync(TimeSpan.FromSeconds(30));
            page.DOMContentLoaded -= Loaded;

            void Loaded(object? sender, IPage loaded) => next.TrySetResult();
        }

        private async Task GoTo(string name)
        {
            var passed = new List<string>();
            while (passed.Count < Most)
            {
                await page.Keyboard.PressAsync("Tab");
                var focused = await page.EvaluateAsync<string>(Focused);
                if (focused == name || focused.EndsWith(" " + name, StringComparison.Ordinal))
                {
                    return;
                }
                passed.Add(focused);
            }
            throw new InvalidOperationException(
                $"{page.Url}: Tab does not lead to '{name}', only to {string.Join(", ", passed.Distinct())}"
            );
        }
    }
}
