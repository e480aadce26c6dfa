using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Support;
using Support.Secrets;

namespace EndToEnd;

/// <summary>Chromium on the published server, as one person uses it. Errors in its console are collected.</summary>
internal sealed class ConsoleBrowser : IAsyncDisposable
{
    private static readonly string Screenshots = Path.Combine(Repository.Root, "artifacts", "screenshots");

    private static readonly string Pictures = Path.Combine(Repository.Root, "docs", "screenshots");

    /// <summary>The views that the documentation shows.</summary>
    private static readonly HashSet<string> Documented =
    [
        "dashboard-stacks",
        "environment",
        "graph",
        "resource",
        "resources",
        "search-some",
        "stack",
        "stack-settings",
        "stacks",
        "tokens",
        "update-changes-open",
        "update-running",
        "updates",
    ];

    /// <summary>Asked for with UPDATE_PICTURES, since pictures differ a little from machine to machine.</summary>
    public static bool UpdatesPictures => Environment.GetEnvironmentVariable("UPDATE_PICTURES") is not null;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _errors = [];

    private ConsoleBrowser(PublishedServer server, IPlaywright playwright, IBrowser browser, IPage page) =>
        (Server, _playwright, _browser, Page) = (server, playwright, browser, page);

    public PublishedServer Server { get; }
    public IPage Page { get; }
    public IReadOnlyList<string> Errors => _errors;

    public static async Task<ConsoleBrowser> Start()
    {
        var server = await PublishedServer.Start();
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = "/usr/bin/chromium",
                Args = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
            }
        );
        var page = await browser.NewPageAsync();
        var console = new ConsoleBrowser(server, playwright, browser, page);
        page.Console += (_, message) => console.Note(message);
        page.Request += (_, request) => NoteSecrets(request);
        page.PageError += (_, problem) => console._errors.Add(problem);
        await console.Look(ColorScheme.Light, wide: true);
        return console;
    }

    public Task Open(string path) => Page.GotoAsync(Server.Url + path);

    public async Task SignUp(string login = "ann")
    {
        await Page.FillAsync("[name=Login]", login);
        await Page.FillAsync("[name=Email]", login + "@example.com");
        await Page.FillAsync("[name=Password]", TestServer.Password);
        await Click(AriaRole.Button, "Make the account");
    }

    public Task Click(AriaRole role, string name) => Page.GetByRole(role, new() { Name = name, Exact = true }).ClickAsync();

    /// <summary>
    /// The page as it is, light and dark, wide and on a phone: it fits, nothing hinders people who cannot see or point, and a picture of it lies in
    /// artifacts/screenshots for others to judge.
    /// </summary>
    public async Task Inspect(string name)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            foreach (var wide in new[] { true, false })
            {
                await Look(scheme, wide);
                var view = $"{name}-{(wide ? "wide" : "narrow")}-{scheme}".ToLowerInvariant();
                await Page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, view + ".png"), FullPage = !wide });
                if (UpdatesPictures && Documented.Contains(name))
                {
                    Directory.CreateDirectory(Pictures);
                    File.Copy(Path.Combine(Screenshots, view + ".png"), Path.Combine(Pictures, view + ".png"), overwrite: true);
                }
                (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - window.innerWidth")).ShouldBe(
                    0,
                    view + " scrolls sideways"
                );
                (await Hindrances()).ShouldBeEmpty(view);
                SecretsOnTheWire.NotePage(await Page.ContentAsync());
            }
        }
        await Look(ColorScheme.Light, wide: true);
        _errors.ShouldBeEmpty(name);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cookie in await Page.Context.CookiesAsync())
        {
            RunSecrets.Note("cookie: " + cookie.Name, cookie.Value);
        }
        await _browser.DisposeAsync();
        _playwright.Dispose();
        Server.Dispose();
    }

    private static void NoteSecrets(IRequest request)
    {
        SecretsOnTheWire.NoteAddress(new Uri(request.Url));
        SecretsOnTheWire.NoteBody(request.PostData ?? "", "application/x-www-form-urlencoded");
    }

    private async Task Look(ColorScheme scheme, bool wide)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await Page.SetViewportSizeAsync(wide ? 1100 : 360, 760);
    }

    /// <summary>What axe calls serious or critical.</summary>
    private async Task<IEnumerable<string>> Hindrances() =>
        (await Page.RunAxe())
            .Violations.Where(v => v.Impact is "serious" or "critical")
            .SelectMany(v => v.Nodes.Select(n => $"{v.Id}: {n.Html}"));

    private void Note(IConsoleMessage message)
    {
        // A page asks whether the command listens, and a stock listener answers such a question with 400; and Chromium calls a page with an error status an error.
        var expected =
            message.Location.Contains("//127.0.0.1:", StringComparison.Ordinal)
            || (
                message.Location.StartsWith(Page.Url, StringComparison.Ordinal)
                && message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)
            );
        if (message.Type is "error" or "warning" && !expected)
        {
            _errors.Add(message.Text);
        }
    }
}
