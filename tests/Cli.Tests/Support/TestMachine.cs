using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Cli.Storage;
using Cli.Terminals;
using Microsoft.Extensions.Time.Testing;
using Support.Secrets;

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

    /// <summary>Whether what is asked for by <c>value: </c> is a secret.</summary>
    public bool HidesValue { get; set; }

    /// <summary>For <see cref="Picks"/>: whatever the list offers first.</summary>
    public const string Enter = "\r";

    /// <summary>What a person picks from a list.</summary>
    public string? Picks { get; set; }

    /// <summary>What happens while a person looks at a list.</summary>
    public Action Picking { get; set; } = () => { };
    public bool HasBrowser { get; set; } = true;
    public string Input { get; set; } = "";
    public IKeyStore? OsKeys { get; set; }

    /// <summary>The address that stands in for Pulumi Cloud.</summary>
    public string? PulumiCloud { get; set; }

    /// <summary>Servers that stand in for others, by the host's name.</summary>
    public Dictionary<string, Uri> Hosts { get; } = [];

    /// <summary>The end of addresses that no server knows, though ours does.</summary>
    public string? Unknown { get; set; }

    /// <summary>What other programs print, by their command line; null when they fail.</summary>
    public Func<string, string?> Programs { get; set; } = _ => null;
    public Func<Uri, Task<bool>> Browser { get; set; } = _ => Task.FromResult(false);
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 8, 21, 10, 15, 30, TimeSpan.Zero));

    /// <summary>How long the program wanted to wait, each time it did.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    public string CredentialsFile => Path.Combine(Home, "credentials.json");
    public string ConfigFile => Path.Combine(Home, "config.json");
    public string CredentialsText => File.ReadAllText(CredentialsFile);
    public JsonObject Credentials => JsonNode.Parse(CredentialsText)!.AsObject();

    public Task<Result> Run(params string[] words) => Run(CancellationToken.None, words);

    public async Task<Result> Run(CancellationToken ct, params string[] words)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var input = new StringReader(Input);
        var exit = await Root.Run(words, Machine(input, output, error), ct);
        NoteSecrets(error.ToString());
        return new(exit, output.ToString(), error.ToString());
    }

    /// <summary>Standard output is where secrets go that a person asks for; what is said besides must hold none.</summary>
    private void NoteSecrets(string said)
    {
        RunSecrets.Log("pulumi", said);
        foreach (
            var name in Variables.Keys.Where(name =>
                name.EndsWith("_TOKEN", StringComparison.Ordinal) || name == "PULUMI_CONFIG_PASSPHRASE"
            )
        )
        {
            RunSecrets.Note("variable: " + name, Variables[name]);
        }
        if (RunSecrets.AreNoted && File.Exists(CredentialsFile))
        {
            SecretsOnTheWire.NoteBody(CredentialsText, "application/json");
        }
    }

    /// <summary>One on which nobody hears what is said.</summary>
    public Machine Machine() => Machine(TextReader.Null, TextWriter.Null, TextWriter.Null);

    private Machine Machine(TextReader input, TextWriter output, TextWriter error) =>
        new(
            new Terminal(
                input,
                output,
                error,
                Interactive,
                Interactive,
                async (prompt, hidden, _) =>
                {
                    var secret =
                        prompt.Contains("token", StringComparison.Ordinal)
                        || prompt.Contains("passphrase", StringComparison.Ordinal)
                        || (HidesValue && prompt == "value: ");
                    hidden.ShouldBe(secret, "tokens and passphrases are not shown, all else is");
                    await output.WriteAsync(prompt);
                    var line = Typed.Dequeue();
                    await output.WriteLineAsync();
                    return line;
                },
                (title, choices, _, preferred) =>
                {
                    output.WriteLine($"{title} {string.Join(" | ", choices)}");
                    Picking();
                    return Task.FromResult(Picks == Enter ? preferred ?? choices[0] : Picks);
                }
            ),
            Variables,
            new Lazy<string>(_folder.FullName),
            Work,
            () => "operator",
            () => "build-7",
            route => new Redirect(RealMachine.Handler(route), this),
            (url, _) => Browser(url),
            new Hasty(Clock, Waits)
        )
        {
            HasBrowser = HasBrowser,
            Output = (file, words, _) => Task.FromResult(Programs(string.Join(' ', [file, .. words]))),
            OsKeys = OsKeys,
        };

#pragma warning disable CA1822 // reads better as something done to the machine
    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
#pragma warning restore CA1822

    /// <summary>Stores logins without asking a server, the first of them current.</summary>
    public void Store(params string[] urls) =>
        Write(
            CredentialsFile,
            $$"""{"current":"{{urls[0]}}","accounts":{ {{string.Join(',', urls.Select(url => $"\"{url}\":{Account}"))}} } }"""
        );

    private string Account =>
        $$"""{"accessToken":"good","username":"alice","organizations":["alice","acme"],"lastValidatedAt":"{{Clock.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}"}""";

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Waits of the program take no time.</summary>
    private sealed class Hasty(TimeProvider clock, ConcurrentQueue<TimeSpan> waits) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero)
            {
                waits.Enqueue(dueTime);
            }
            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The world outside is what a test says it is: nothing leaves this machine.</summary>
    private sealed class Redirect(HttpMessageHandler inner, TestMachine machine) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (machine.Unknown is { } end && request.RequestUri!.AbsolutePath.EndsWith(end, StringComparison.Ordinal))
            {
                return Task.FromResult(
                    new HttpResponseMessage(HttpStatusCode.NotFound)
                    {
                        Content = new StringContent("""{"code":404,"message":"Not Found"}"""),
                    }
                );
            }
            var host = request.RequestUri!.Host;
            if (machine.Hosts.TryGetValue(host, out var server))
            {
                request.Headers.Host = request.RequestUri.Authority;
                request.RequestUri = new Uri(server, request.RequestUri.PathAndQuery);
            }
            else if (host == "api.pulumi.com")
            {
                request.RequestUri = new Uri(
                    new Uri(machine.PulumiCloud ?? throw new InvalidOperationException("This test did not expect a call to Pulumi Cloud.")),
                    request.RequestUri.PathAndQuery
                );
            }
            else if (host.StartsWith("169.254.", StringComparison.Ordinal))
            {
                throw new HttpRequestException("There is no machine around this one.");
            }
            return base.SendAsync(request, cancellationToken);
        }
    }
}

internal sealed record Result(int Exit, string Out, string Error);
