using System.Text.Json.Nodes;
using Cli.Terminals;
using Microsoft.Extensions.Time.Testing;

namespace Cli.Tests.Support;

/// <summary>A machine with a home of its own, on which a test runs command lines.</summary>
internal sealed class TestMachine : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-cli-");

    public TestMachine()
    {
        Variables["PULUMI_HOME"] = Home = Path.Combine(_folder.FullName, "home");
        Work = Directory.CreateDirectory(Path.Combine(_folder.FullName, "work")).FullName;
    }

    public Dictionary<string, string> Variables { get; } = [];
    public string Home { get; }
    public string Work { get; set; }
    public bool Interactive { get; set; }

    /// <summary>What a person types, line by line; null is Ctrl-C.</summary>
    public Queue<string?> Typed { get; } = [];

    /// <summary>What a person picks from a list.</summary>
    public string? Picks { get; set; }
    public string Input { get; set; } = "";

    /// <summary>The address that stands in for Pulumi Cloud.</summary>
    public string? PulumiCloud { get; set; }
    public Func<Uri, Task<bool>> Browser { get; set; } = _ => Task.FromResult(false);
    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow) { AutoAdvanceAmount = TimeSpan.Zero };

    public string CredentialsFile => Path.Combine(Home, "credentials.json");
    public string ConfigFile => Path.Combine(Home, "config.json");
    public JsonObject Credentials => JsonNode.Parse(File.ReadAllText(CredentialsFile))!.AsObject();

    public Task<Result> Run(params string[] words) => Run(CancellationToken.None, words);

    public async Task<Result> Run(CancellationToken ct, params string[] words)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var input = new StringReader(Input);
        var terminal = new Terminal(
            input,
            output,
            error,
            Interactive,
            Interactive,
            async (prompt, _, _) =>
            {
                await output.WriteAsync(prompt);
                var line = Typed.Dequeue();
                await output.WriteLineAsync();
                return line;
            },
            (title, choices, _) =>
            {
                output.WriteLine($"{title} {string.Join(" | ", choices)}");
                return Task.FromResult(Picks);
            }
        );
        var machine = new Machine(
            terminal,
            Variables,
            new Lazy<string>(_folder.FullName),
            Work,
            () => "operator",
            () => "build-7",
            _ => new Redirect(PulumiCloud),
            (url, _) => Browser(url),
            new Hasty(Clock)
        );
        var exit = await Root.Run(words, machine, ct);
        return new(exit, output.ToString(), error.ToString());
    }

#pragma warning disable CA1822 // reads better as something done to the machine
    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
#pragma warning restore CA1822

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Waits of the program take no time.</summary>
    private sealed class Hasty(TimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private sealed class Redirect(string? pulumiCloud)
        : DelegatingHandler(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                ConnectCallback = Api.Dial.Connect,
            }
        )
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.Host == "api.pulumi.com")
            {
                request.RequestUri = new Uri(
                    new Uri(pulumiCloud ?? throw new InvalidOperationException("This test did not expect a call to Pulumi Cloud.")),
                    request.RequestUri.PathAndQuery
                );
            }
            return base.SendAsync(request, cancellationToken);
        }
    }
}

internal sealed record Result(int Exit, string Out, string Error);
