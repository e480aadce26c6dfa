using System.Diagnostics;

namespace Bench;

/// <summary>Updates near the server against the same ones in a folder, by the model in <c>main.go</c> beside this: what the CLI pays for a save is Go's price.</summary>
internal static class StockCli
{
    private const int Rounds = 9;

    public static async Task Run(string root)
    {
        var folder = Directory.CreateTempSubdirectory("bench-");
        var program = Path.Combine(folder.FullName, "stock-cli");
        if (Build(Path.Combine(root, "bench", "StockCli", "main.go"), program) is { } problem)
        {
            Console.WriteLine($"Updates in a folder are left out: {problem}");
        }
        else
        {
            await using var server = await PublishedServer.Start(root, "auto");
            Compare("200 components", new SampleState(200).Components());
            Compare("200 resources", new SampleState(200).Text());
            Compare("20 resources", new SampleState(20).Text());
            Compare("5 resources", new SampleState(5).Text());

            void Compare(string what, byte[] text)
            {
                Console.WriteLine($"{what}, {text.Length / 1024} KB of state:");
                var state = Path.Combine(folder.FullName, "state.json");
                File.WriteAllBytes(state, text);
                var token = server.Client.DefaultRequestHeaders.Authorization!.Parameter!;
                var address = server.Client.BaseAddress!.ToString().TrimEnd('/');
                Start(program, state, folder.FullName, address, token, "ann/bench/" + Guid.NewGuid(), $"{Rounds}");
            }
        }
        folder.Delete(recursive: true);
    }

    /// <returns>Why it cannot be built; null if it is.</returns>
    private static string? Build(string source, string program)
    {
        try
        {
            Start("/usr/bin/env", "GO111MODULE=off", "GOPATH=/usr/share/gocode", "go", "build", "-o", program, source);
            return null;
        }
        catch (InvalidOperationException)
        {
            return "install golang-go, golang-gocloud-dev and golang-github-json-iterator-go-dev, as Debian names them.";
        }
    }

    private static void Start(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} has ended with {process.ExitCode}.");
        }
    }
}
