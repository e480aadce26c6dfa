using System.Diagnostics;
using System.Text;
using Support;
using Support.Secrets;

namespace EndToEnd;

/// <summary>The published programs, as ./build leaves them.</summary>
internal static class Published
{
    public static string Pulumi => Path.Combine(Repository.Root, "dist", "pulumi");
    public static string Holdfast => Path.Combine(Repository.Root, "dist", "holdfast");

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Exit, string Out, string Error)> Run(
        string file,
        IReadOnlyDictionary<string, string> environment,
        string input,
        params string[] arguments
    )
    {
        using var process = Start(file, environment, arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        NoteSecrets(environment, input, arguments, await output, await error);
        return (process.ExitCode, await output, await error);
    }

    private static void NoteSecrets(
        IReadOnlyDictionary<string, string> environment,
        string input,
        string[] arguments,
        string output,
        string error
    )
    {
        RunSecrets.Log("programs", error);
        RunSecrets.Note("variable: PULUMI_ACCESS_TOKEN", environment.GetValueOrDefault("PULUMI_ACCESS_TOKEN"));
        RunSecrets.Note("standard input", arguments.Contains("--password-stdin") ? input : null);
        RunSecrets.Note("token add", arguments is ["token", "add", ..] ? output : null);
        RunSecrets.Note("reset-link", arguments is ["user", "reset-link", ..] ? output.Trim().Split('=')[^1] : null);
    }

    public static Process Start(string file, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Base.Concat(environment))
        {
            start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }

    /// <summary>What every program needs and nothing that could change what it does.</summary>
    public static IReadOnlyDictionary<string, string> Base { get; } =
        new[] { "PATH", "HOME", "DOTNET_ROOT", "LANG" }
            .Select(name => (name, value: Environment.GetEnvironmentVariable(name)))
            .Where(v => v.value is not null)
            .ToDictionary(v => v.name, v => v.value!);
}

/// <summary>A running `holdfast serve` on free ports, with a data folder of its own.</summary>
internal sealed class PublishedServer : IDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly string[] _options;
    private readonly StringBuilder _said = new(),
        _logged = new();
    private Process _process = null!;

    private PublishedServer(DirectoryInfo folder, int port, string[] options) => (_folder, Port, _options) = (folder, port, options);

    public int Port { get; }
    public string Url => $"http://localhost:{Port}";
    public string Console => $"localhost:{Port}";
    public string Data => Path.Combine(_folder.FullName, "data");
    public TimeSpan ReadyAfter { get; private set; }

    public static async Task<PublishedServer> Start(params string[] options)
    {
        var server = new PublishedServer(Directory.CreateTempSubdirectory("holdfast-e2e-"), TestServer.FreePort(), options);
        await server.Run();
        return server;
    }

    /// <summary>SIGKILL, and a new process on the same data and port.</summary>
    public async Task KillAndRestart()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        await Run();
    }

    private async Task Run()
    {
        var clock = Stopwatch.StartNew();
        _process = Published.Start(
            Published.Holdfast,
            new Dictionary<string, string>(),
            ["serve", "--listen", $"localhost:{Port}", "--data", Data, .. _options]
        );
        Listen();
        using var client = new HttpClient();
        for (var tries = 0; ; tries++)
        {
            try
            {
                await client.GetStringAsync(Url + "/readyz");
                ReadyAfter = clock.Elapsed;
                return;
            }
            catch (HttpRequestException) when (tries < 400 && !_process.HasExited)
            {
                await Task.Delay(25);
            }
        }
    }

    public Task<(int Exit, string Out, string Error)> Holdfast(string input, params string[] arguments) =>
        Published.Run(Published.Holdfast, new Dictionary<string, string>(), input, [.. arguments, "--data", Data]);

    /// <summary>Asks it to stop, as a service manager would.</summary>
    public async Task<(int Exit, string Out, string Error)> Stop()
    {
        using (Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) { }
        await _process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
        return (_process.ExitCode, _said.ToString(), _logged.ToString());
    }

    private void Listen()
    {
        _said.Clear();
        _logged.Clear();
        _process.OutputDataReceived += (_, line) => Keep(_said, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_logged, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private static void Keep(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            text.Append(line).Append('\n');
            RunSecrets.Log("holdfast", line);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
        var keys = Path.Combine(Data, "master.key");
        foreach (var key in File.Exists(keys) ? File.ReadAllLines(keys) : [])
        {
            RunSecrets.Note("master key", key.StartsWith('#') ? null : key.Split(' ')[^1]);
        }
        _folder.Delete(recursive: true);
    }
}
