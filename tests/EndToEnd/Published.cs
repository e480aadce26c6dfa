using System.Diagnostics;
using Support;

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
        return (process.ExitCode, await output, await error);
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
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private PublishedServer(Process process, DirectoryInfo folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }
    public string Url => $"http://localhost:{Port}";
    public string Console => $"localhost:{Port}";
    public string Data => Path.Combine(_folder.FullName, "data");
    public TimeSpan ReadyAfter { get; private set; }

    public static async Task<PublishedServer> Start()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-e2e-");
        var port = TestServer.FreePort();
        var clock = Stopwatch.StartNew();
        var process = Published.Start(
            Published.Holdfast,
            new Dictionary<string, string>(),
            "serve",
            "--listen",
            $"localhost:{port}",
            "--data",
            Path.Combine(folder.FullName, "data")
        );
        var server = new PublishedServer(process, folder, port);
        using var client = new HttpClient();
        for (var tries = 0; ; tries++)
        {
            try
            {
                await client.GetStringAsync(server.Url + "/readyz");
                server.ReadyAfter = clock.Elapsed;
                return server;
            }
            catch (HttpRequestException) when (tries < 400 && !process.HasExited)
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
        return (_process.ExitCode, await _process.StandardOutput.ReadToEndAsync(), await _process.StandardError.ReadToEndAsync());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
