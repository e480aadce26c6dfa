using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Server.Data;
using Server.Tests.Stacks;
using Server.Tests.Webhooks;
using Support;
using Wire;

namespace Server.Tests.AuditLog;

public class SecretsInLogsTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task No_secret_of_a_whole_run_is_in_the_servers_log_or_in_the_audit_log(Engine engine)
    {
        await using var server = await WebhookTests.Start(engine);
        using var log = new LogCopy();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        var secrets = new List<string> { TestServer.Password };

        await InTheConsole(server, secrets);
        using var ann = server.Client(await Token(server, secrets));
        await WithSecretsOfStacks(ann, secrets);
        await WithUpdates(server, secrets);
        await WithWebhooks(ann, secrets);
        await WithErrors(server, ann, secrets);

        var said = string.Join('\n', log.Lines);
        said.ShouldContain("Holdfast was seen", customMessage: "the log is listened to");
        var audited = await Audited(server);
        audited.ShouldContain("secret-decrypted");
        secrets.Count.ShouldBeGreaterThan(10);
        foreach (var secret in secrets)
        {
            secret.Length.ShouldBeGreaterThan(7);
            said.ShouldNotContain(secret, Case.Sensitive);
            audited.ShouldNotContain(secret, Case.Sensitive);
        }
    }

    private static async Task InTheConsole(TestServer server, List<string> secrets)
    {
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        await browser.Submit("sign-out-menu");
        secrets.Add("wrong-password-" + Guid.NewGuid().ToString("n"));
        await browser.SignIn("ann", secrets[^1]);
        await browser.SignIn("ann");
        secrets.AddRange(browser.Cookies.GetAllCookies().Where(c => c.Value.Length > 20).Select(c => c.Value));
        secrets.Add("new-password-" + Guid.NewGuid().ToString("n"));
        await browser.Open("/user/settings/password");
        await browser.Submit("password", ("Current", TestServer.Password), ("New", secrets[^1]));
    }

    private static async Task<string> Token(TestServer server, List<string> secrets)
    {
        var accounts = server.Services.GetRequiredService<Server.Accounts.AccountStore>();
        var token = await server.TokenOf((await accounts.FindByLogin("ann", Ct))!);
        secrets.Add(token);
        using var ann = server.Client(token);
        var made = await ann.Post("/api/user/tokens", """{"description":"second"}""");
        secrets.Add(JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("tokenValue").GetString()!);
        return token;
    }

    private static async Task WithSecretsOfStacks(HttpClient ann, List<string> secrets)
    {
        await ann.CreateStack("ann/web/dev");
        secrets.Add("plaintext-" + Guid.NewGuid().ToString("n"));
        var plaintext = Encoding.UTF8.GetBytes(secrets[^1]);
        secrets.Add(Convert.ToBase64String(plaintext));
        var body = JsonContent.Create(new EncryptRequest(plaintext), WireJson.Default.EncryptRequest);
        var sealedText = await (await ann.PostAsync("/api/stacks/ann/web/dev/encrypt", body)).Content.ReadAsStringAsync();
        (await ann.Post("/api/stacks/ann/web/dev/decrypt", sealedText)).EnsureSuccessStatusCode();
    }

    private static async Task WithUpdates(TestServer server, List<string> secrets)
    {
        using var stock = server.Stock(secrets.First(s => s.StartsWith("pul-", StringComparison.Ordinal)), null);
        var run = await StockRun.Begin(stock, "ann/web/dev", "update", false);
        secrets.Add(run.Lease);
        await run.Complete();
    }

    private static async Task WithWebhooks(HttpClient ann, List<string> secrets)
    {
        secrets.Add("hmac-key-" + Guid.NewGuid().ToString("n"));
        secrets.Add("chat-path-" + Guid.NewGuid().ToString("n"));
        var url = $"http://127.0.0.1:{TestServer.FreePort()}/{secrets[^1]}";
        await WebhookTests.Create(ann, "/api/orgs/ann/hooks", $$"""{"payloadUrl":"{{url}}","name":"mine","secret":"{{secrets[^2]}}"}""");
        (await WebhookTests.Ask(ann, "/api/orgs/ann/hooks/mine/ping")).ResponseCode.ShouldBe(0);
        (await ann.Patch("/api/orgs/ann/hooks/mine", """{"secret":"__remove-secret"}""")).EnsureSuccessStatusCode();
    }

    /// <summary>What goes wrong is where logs say more.</summary>
    private static async Task WithErrors(TestServer server, HttpClient ann, List<string> secrets)
    {
        secrets.Add("pul-" + new string('e', 40));
        using var stranger = server.Client(secrets[^1]);
        await stranger.GetAsync("/api/user");
        await ann.Post("/api/stacks/ann/web/dev/encrypt", $$"""{"plaintext":"{{secrets[^1]}}""");
        await server.Services.GetRequiredService<Database>().Execute($"ALTER TABLE stack_tags RENAME TO stack_tags_gone", Ct);
        await ann.GetAsync("/api/stacks/ann/web/dev?secret=" + secrets[^1]);
        server.Services.GetRequiredService<ILogger<SecretsInLogsTests>>().LogInformation("Holdfast was seen");
    }

    private static async Task<string> Audited(TestServer server)
    {
        var rows = await server
            .Services.GetRequiredService<Database>()
            .Query<string>($"SELECT event || ' ' || description || ' ' || COALESCE(token_name, '') FROM audit_events", Ct);
        return string.Join('\n', rows);
    }

    private sealed class LogCopy : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
