using Cli.Terminals;

namespace Cli.Tests;

/// <summary>A machine that is a folder and a few variables; time passes at once.</summary>
internal sealed class TestMachine : IDisposable
{
    public const string Token = "PULUMI_ACCESS_TOKEN";

    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };
    private readonly string folder = Directory.CreateTempSubdirectory("cli-tests-").FullName;

    public TestMachine(FakeCloud? saas = null)
    {
        Saas = saas;
        Directory.CreateDirectory(Work);
        Directory.CreateDirectory(UserHome);
        Variables["PULUMI_HOME"] = Home;
    }

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);
    public FakeCloud? Saas { get; }
    public SwiftClock Clock { get; } = new();
    public bool Interactive { get; set; }
    public string Input { get; set; } = "";
    public Queue<string?> Typed { get; } = new();
    public List<string> Prompts { get; } = [];
    public Func<string, IReadOnlyList<string>, string?> Choose { get; set; } = (_, _) => null;
    public Func<Uri, Task<bool>> Browser { get; set; } = _ => Task.FromResult(false);

    public string Home => Path.Combine(folder, "pulumi-home");
    public string UserHome => Path.Combine(folder, "user");
    public string Work => Path.Combine(folder, "work");
    public string CredentialsPath => Path.Combine(Home, "credentials.json");
    public string ConfigPath => Path.Combine(Home, "config.json");
    public string? Credentials => File.Exists(CredentialsPath) ? File.ReadAllText(CredentialsPath) : null;
    public string? Config => File.Exists(ConfigPath) ? File.ReadAllText(ConfigPath) : null;

    public void Store(string credentials, string? config = null)
    {
        Directory.CreateDirectory(Home);
        File.WriteAllText(CredentialsPath, credentials);
        if (config is not null)
        {
            File.WriteAllText(ConfigPath, config);
        }
    }

    /// <summary>Stores accounts without asking a server, the first of them current.</summary>
    public void StoreAccounts(params string[] urls)
    {
        var accounts = urls.Select(url =>
            $$"""  "{{url}}": {"accessToken": "good", "username": "alice", "lastValidatedAt": "{{Clock.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}"}"""
        );
        Store($$"""{"current": "{{urls[0]}}", "accounts": { {{string.Join(",\n", accounts)}} } }""");
    }

    public async Task<Outcome> Run(params string[] words)
    {
        output.GetStringBuilder().Clear();
        error.GetStringBuilder().Clear();
        var code = await Root.Run(words, Machine(), TestContext.Current.CancellationToken);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private Machine Machine() =>
        new(
            new Terminal(
                new StringReader(Input),
                output,
                error,
                Interactive,
                Interactive,
                ReadLine,
                (title, list, _) => Task.FromResult(Choose(title, list))
            ),
            Variables,
            new Lazy<string>(UserHome),
            Work,
            () => "root",
            () => "build-7",
            route => new RouteToFake(RealMachine.Handler(route), Saas?.Url),
            (url, _) => Browser(url),
            Clock
        );

    private async Task<string?> ReadLine(string prompt, bool hidden, CancellationToken ct)
    {
        await output.WriteAsync(prompt);
        Prompts.Add(prompt);
        hidden.ShouldBe(prompt.Contains("token", StringComparison.Ordinal));
        return Typed.Count > 0 ? Typed.Dequeue() : null;
    }

    /// <summary>Sends what is meant for Pulumi Cloud to the fake, and nothing anywhere else.</summary>
    private sealed class RouteToFake(HttpMessageHandler inner, string? saas) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.Host == "api.pulumi.com")
            {
                request.RequestUri = new Uri(saas + request.RequestUri.PathAndQuery);
            }
            request.RequestUri.Host.ShouldBe("127.0.0.1");
            return base.SendAsync(request, cancellationToken);
        }
    }
}

internal sealed record Outcome(int Code, string Out, string Error);

/// <summary>Fixed time. Whoever waits goes on at once, and the wait is noted.</summary>
internal sealed class SwiftClock : TimeProvider
{
    private readonly List<TimeSpan> waits = [];

    public DateTimeOffset Now { get; set; } = new(2026, 8, 21, 10, 15, 30, TimeSpan.Zero);
    public IReadOnlyList<TimeSpan> Waits => waits;

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
        {
            waits.Add(dueTime);
            dueTime = TimeSpan.Zero;
        }
        return System.CreateTimer(callback, state, dueTime, period);
    }
}
