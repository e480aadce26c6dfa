using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Server.Resources;
using Support;

namespace Server.Tests.Resources;

/// <summary>A server with ann's stack, and ann at her browser.</summary>
internal sealed class ResourceTest : IAsyncDisposable
{
    public const string Stack = "ann/web/dev";

    private ResourceTest(TestServer server, StockClient ann, FormBrowser browser) => (Server, Ann, Browser) = (server, ann, browser);

    public TestServer Server { get; }
    public StockClient Ann { get; }
    public FormBrowser Browser { get; }

    public static async Task<ResourceTest> Start(Engine engine = Engine.Sqlite)
    {
        var server = await TestServer.Start(engine);
        var ann = await server.StockOf("ann");
        await ann.CreateStack(Stack);
        var browser = new FormBrowser(server);
        await browser.SignIn("ann");
        return new(server, ann, browser);
    }

    /// <summary>The stack has this state from now on, and the index knows it.</summary>
    public async Task Import(string state, string stack = Stack)
    {
        (await Ann.Import(stack, state)).Expect();
        await CatchUp();
    }

    public Task CatchUp() => Server.Services.GetRequiredService<ResourceIndexing>().CatchUp(CancellationToken.None);

    public async Task<string> Encrypt(string plaintext, string stack = Stack) =>
        (
            await Ann.Post(
                StockClient.Stack(stack) + "/encrypt",
                new JsonObject { ["plaintext"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(plaintext)) }
            )
        )
            .Expect()
            .Json["ciphertext"]!.GetValue<string>();

    public static string Urn(string type, string name) => $"urn:pulumi:dev::web::{type}::{name}";

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        Ann.Dispose();
        await Server.DisposeAsync();
    }
}
