using System.Diagnostics;
using System.Net.Http.Headers;

namespace Bench;

/// <summary><c>dist/holdfast</c> as a process of its own, so that its memory is its own, on SQLite in a folder, with one account and its token.</summary>
internal sealed class PublishedServer : IAsyncDisposable
{
    private const string Address = "http://127.0.0.1:18099";

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private PublishedServer(Process process, DirectoryInfo folder, HttpClient client) =>
        (_process, _folder, Client) = (process, folder, client);

    public HttpClient Client { get; }
    public string Folder => _folder.FullName;

    public static async Task<PublishedServer> Start(string root, string saveMode)
    {
        var folder = Directory.CreateTempSubdirectory("bench-");
        await Say(root, folder, "correct horse battery", "user", "add", "ann", "--email", "ann@example.com", "--password-stdin");
        var token = (await Say(root, folder, "", "token", "add", "--user", "ann"))
            .Split((char[])['\n', ' '])
            .First(w => w.StartsWith("pul-", StringComparison.Ordinal));
        var process = Holdfast(root, folder, "serve", "--listen", Address["http://".Length..], "--save-mode", saveMode);
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        var client = new HttpClient { BaseAddress = new(Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", token);
        while (!await IsReady(client) && !process.HasExited)
        {
            await Task.Delay(20);
        }
        return new(process, folder, client);
    }

    /// <returns>Mebibytes that the process has had in memory at most.</returns>
    public long PeakMemory()
    {
        var peak = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal));
        return long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<bool> IsReady(HttpClient client)
    {
        try
        {
            return (await client.GetAsync("/readyz")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<string> Say(string root, DirectoryInfo folder, string input, params string[] arguments)
    {
        using var process = Holdfast(root, folder, arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
    }

    private static Process Holdfast(string root, DirectoryInfo folder, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(Path.Combine(root, "dist", "holdfast"), [.. arguments, "--data", folder.FullName])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
}
