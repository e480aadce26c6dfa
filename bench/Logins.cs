using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.RegularExpressions;
using Server.Data;
using Server.Sessions;
using Support;

namespace Bench;

/// <summary>
/// Requests and time of `dist/pulumi login` against the real server: with a token, with the browser and with a device code, where this program clicks for the
/// person; and of a refresh. Of the browser and the device code the time runs from the click to the program's exit.
/// </summary>
internal static partial class Logins
{
    private const int Rounds = 15;

    public static async Task Run(string root)
    {
        var program = Path.Combine(root, "dist", "pulumi");
        await using var server = await BenchServer.Start();
        using var requests = new RequestCount();
        using var person = await Person(server);
        var url = server.Client.BaseAddress!.ToString().TrimEnd('/');
        var token = server.Client.DefaultRequestHeaders.Authorization!.Parameter!;

        await Measure("token", requests, home => Task.FromResult(Spawn.Measure(program, ["login", url], Environment(home, token))));
        await Measure("browser", requests, home => WithBrowser(program, url, home, person));
        await Measure("device code", requests, home => WithDevice(program, url, home, person));
        var kept = Directory.CreateTempSubdirectory("bench-");
        await WithBrowser(program, url, kept.FullName, person);
        foreach (
            var (name, words) in new[]
            {
                ("auth refresh", new[] { "auth", "refresh" }),
                ("whoami", ["whoami"]),
                ("auth status", ["auth", "status"]),
            }
        )
        {
            await Measure(name, requests, _ => Task.FromResult(Spawn.Measure(program, words, Environment(kept.FullName))));
        }
        kept.Delete(recursive: true);
    }

    private static async Task Measure(string name, RequestCount requests, Func<string, Task<TimeSpan>> login)
    {
        var times = new List<double>();
        var before = 0;
        for (var i = 0; i <= Rounds; i++) // the first makes the server ready
        {
            before = requests.Count;
            var home = Directory.CreateTempSubdirectory("bench-");
            times.Add((await login(home.FullName)).TotalMilliseconds);
            home.Delete(recursive: true);
        }
        Console.WriteLine($"{name, -14} median {times.Skip(1).Order().ElementAt(Rounds / 2), 6:F1} ms, {requests.Count - before} requests");
    }

    private static async Task<TimeSpan> WithBrowser(string program, string url, string home, HttpClient person)
    {
        using var login = PtyProcess.Start(program, ["login", url], Environment(home));
        login.Expect("log in using your browser");
        login.Type("\n");
        login.Expect("Waiting for login to complete...");
        var address = login.Screen.Split('\n').First(line => line.Contains("/oauth/authorize?", StringComparison.Ordinal)).Trim();
        var form = await Form(person, address, "authorize");
        form["Choice"] = "authorize";
        var start = Stopwatch.GetTimestamp();
        using var back = await Post(person, address, form);
        using var arrived = await person.GetAsync(back.Headers.Location);
        return Ended(login, start);
    }

    private static async Task<TimeSpan> WithDevice(string program, string url, string home, HttpClient person)
    {
        using var login = PtyProcess.Start(program, ["login", url, "--device"], Environment(home));
        login.Expect("Waiting for login to complete...");
        var page = "/device?user_code=" + login.Screen.Split("enter the code ")[1][..9];
        var form = await Form(person, page, "device");
        form["Choice"] = "authorize";
        var start = Stopwatch.GetTimestamp();
        using var done = await Post(person, page, form);
        return Ended(login, start);
    }

    private static TimeSpan Ended(PtyProcess login, long start) =>
        login.Wait() == 0 ? Stopwatch.GetElapsedTime(start) : throw new InvalidOperationException(login.Screen);

    private static async Task<Dictionary<string, string>> Form(HttpClient person, string page, string handler)
    {
        var text = await person.GetStringAsync(page);
        var fields = Hidden().Matches(text).ToDictionary(f => f.Groups["name"].Value, f => WebUtility.HtmlDecode(f.Groups["value"].Value));
        return new(fields) { ["_handler"] = handler };
    }

    private static async Task<HttpResponseMessage> Post(HttpClient person, string page, Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form);
        return await person.PostAsync(page, content);
    }

    private static async Task<HttpClient> Person(BenchServer server)
    {
        var account = await server
            .Services.GetRequiredService<Database>()
            .QueryOne<string>($"SELECT id FROM accounts", CancellationToken.None);
        var session = await server
            .Services.GetRequiredService<SessionStore>()
            .Start(account!, "", "", factor: false, CancellationToken.None);
        var cookies = new CookieContainer();
        cookies.Add(server.Client.BaseAddress!, new Cookie("holdfast", session.Reveal()));
        return new(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false })
        {
            BaseAddress = server.Client.BaseAddress,
        };
    }

    private static Dictionary<string, string> Environment(string home, string token = "") =>
        new()
        {
            ["PATH"] = System.Environment.GetEnvironmentVariable("PATH")!,
            ["HOME"] = home,
            ["PULUMI_HOME"] = home,
            ["PULUMI_ACCESS_TOKEN"] = token,
            ["PULUMI_SKIP_UPDATE_CHECK"] = "1",
            ["PULUMI_CONSOLE_DOMAIN"] = "127.0.0.1:18099",
            ["TERM"] = "xterm",
            ["BROWSER"] = "false", // none opens, so the address is shown
        };

    [GeneratedRegex(
        "<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Hidden();

    /// <summary>What the command has asked of the server: not the person's browser, which has its own connection.</summary>
    private sealed class RequestCount : IDisposable
    {
        private readonly MeterListener _listener = new();
        private int _count;

        public RequestCount()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "http.server.request.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Add(tags));
            _listener.Start();
        }

        public int Count => Volatile.Read(ref _count);

        public void Dispose() => _listener.Dispose();

        private void Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "http.route" && tag.Value is string route && IsOfCommand(route))
                {
                    Interlocked.Increment(ref _count);
                }
            }
        }

        private static bool IsOfCommand(string route) =>
            route.StartsWith("/api/", StringComparison.Ordinal) || route.StartsWith("/.well-known/", StringComparison.Ordinal);
    }
}
