using System.Diagnostics;

namespace Bench;

/// <summary>From start to exit: dist/pulumi, the same program on the shared framework, and any other `pulumi` on the PATH.</summary>
internal static class StartUp
{
    private const int Rounds = 40;

    private const string User =
        """{"id":"1","githubLogin":"ann","name":"","email":"","avatarUrl":"","identities":[],"organizations":[{"githubLogin":"ann","name":"","avatarUrl":"","role":"admin"}]}""";

    public static async Task Run(string root)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var cloud = builder.Build();
        cloud.MapGet("/{**rest}", () => Results.Text(User, "application/json"));
        await cloud.StartAsync();

        var programs = new List<(string Name, string File, string[] Before)>
        {
            ("dist/pulumi", Path.Combine(root, "dist", "pulumi"), []),
            ("framework-dependent", "dotnet", [Path.Combine(root, "artifacts", "bin", "Cli", "release", "pulumi.dll")]),
        };
        var other = Environment
            .GetEnvironmentVariable("PATH")!
            .Split(':')
            .Select(p => Path.Combine(p, "pulumi"))
            .FirstOrDefault(File.Exists);
        if (other is not null)
        {
            programs.Add(("other pulumi", other, []));
        }
        foreach (var (command, words) in new[] { ("version", new[] { "version" }), ("login", ["login", cloud.Urls.First()]) })
        {
            var medians = programs.Select(p => (p.Name, Ms: Median(p.File, [.. p.Before, .. words]))).ToList();
            foreach (var (name, ms) in medians)
            {
                Console.WriteLine($"{command, -8} {name, -20} {ms, 7:F1} ms  {ms / medians[0].Ms, 5:F1}x");
            }
        }
    }

    private static double Median(string file, string[] words)
    {
        var times = new double[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            var home = Directory.CreateTempSubdirectory("bench-");
            var start = new ProcessStartInfo(file, words)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["PULUMI_HOME"] = home.FullName;
            start.Environment["PULUMI_ACCESS_TOKEN"] = "pul-bench";
            start.Environment["PULUMI_SKIP_UPDATE_CHECK"] = "1";
            var clock = Stopwatch.GetTimestamp();
            using var process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            times[i] = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            home.Delete(recursive: true);
        }
        return times.Order().ElementAt(Rounds / 2);
    }
}
