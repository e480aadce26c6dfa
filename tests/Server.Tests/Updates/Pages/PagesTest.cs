using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Server.Accounts;
using Support;

namespace Server.Tests.Updates.Pages;

/// <summary>A server with ann's stack, the CLI that she uses, and her browser.</summary>
internal sealed class PagesTest : IAsyncDisposable
{
    public const string Stack = "ann/web/dev";

    private PagesTest(TestServer server, StockClient ann, FormBrowser browser) => (Server, Ann, Browser) = (server, ann, browser);

    public TestServer Server { get; }
    public StockClient Ann { get; }
    public FormBrowser Browser { get; }

    public static async Task<PagesTest> Start(Engine engine = Engine.Sqlite)
    {
        var server = await TestServer.Start(engine);
        var ann = await server.StockOf("ann");
        await ann.CreateStack(Stack);
        var browser = new FormBrowser(server);
        await browser.SignIn("ann");
        return new(server, ann, browser);
    }

    public async Task<StockRun> Begin(string kind = "update", bool dryRun = false, string message = "")
    {
        var run = await StockRun.Create(Ann, Stack, kind, dryRun, message);
        await run.Start();
        return run;
    }

    public Task Open(string below) => Browser.Open($"/{Stack}{below}");

    /// <summary>The text of each that fits, with single spaces.</summary>
    public IReadOnlyList<string> All(string selector) => [.. Browser.Page.QuerySelectorAll(selector).Select(e => Plain(e.TextContent))];

    public string One(string selector) => Plain(Browser.Text(selector));

    public async Task<Account> Account(string login)
    {
        await using var scope = Server.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByNameAsync(login))!;
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        Ann.Dispose();
        await Server.DisposeAsync();
    }

    private static string Plain(string text) => string.Join(' ', text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
