namespace Bench;

/// <summary>From start to exit: dist/pulumi, the same program on the shared framework, and any other `pulumi` on the PATH.</summary>
internal static class StartUp
{
    private const int Rounds = 100;

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
            ("framework-dependent", OnPath("dotnet")!, [Path.Combine(root, "artifacts", "bin", "Cli", "release", "pulumi.dll")]),
        };
        if (OnPath("pulumi") is { } other && other != programs[0].File)
        {
            programs.Add(("other pulumi", other, []));
        }
        programs.Add(("/bin/true", "/bin/true", []));
        foreach (var (command, words) in new[] { ("version", new[] { "version" }), ("login", ["login", cloud.Urls.First()]) })
        {
            var first = 0.0;
            foreach (var (name, file, before) in programs)
            {
                var times = Times(file, [.. before, .. words]);
                var median = times[Rounds / 2];
                first = first == 0 ? median : first;
                Console.WriteLine(
                    $"{command, -8} {name, -20} median {median, 6:F1} ms  90 % below {times[Rounds * 9 / 10], 6:F1} ms  {median / first, 5:F1}x"
                );
            }
        }
    }

    private static string? OnPath(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <returns>Milliseconds from start to exit, in order. Each run has a home of its own, so that each login asks the server and writes the file.</returns>
    private static double[] Times(string file, string[] words)
    {
        var times = new double[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            var home = Directory.CreateTempSubdirectory("bench-");
            var environment = new Dictionary<string, string>
            {
                ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
                ["DOTNET_ROOT"] = Path.GetDirectoryName(OnPath("dotnet"))!,
                ["HOME"] = home.FullName,
                ["PULUMI_HOME"] = home.FullName,
                ["PULUMI_ACCESS_TOKEN"] = "pul-bench",
                ["PULUMI_SKIP_UPDATE_CHECK"] = "1",
            };
            times[i] = Spawn.Measure(file, words, environment).TotalMilliseconds;
            home.Delete(recursive: true);
        }
        return [.. times.Order()];
    }
}
