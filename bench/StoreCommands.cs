using System.Text;
using Server.Data;
using Server.Stacks;

namespace Bench;

/// <summary>
/// <c>pulumi stack ls</c> among 1,000 stacks and <c>pulumi stack export</c> of 100 MB, from start to exit, on a folder and on a cloud in this process:
/// against the same with one stack, and against copying the file.
/// </summary>
internal static class StoreCommands
{
    private const int Rounds = 9;
    private const int Stacks = 1_000;
    private const int Resources = 50_000;

    public static async Task Run(string root)
    {
        var program = Path.Combine(root, "dist", "pulumi");
        var folder = Directory.CreateTempSubdirectory("bench-stores-");
        var project = Directory.CreateDirectory(Path.Combine(folder.FullName, "web")).FullName;
        await File.WriteAllTextAsync(Path.Combine(project, "Pulumi.yaml"), "name: web\nruntime: yaml\n");
        var state = Path.Combine(folder.FullName, "state.json");
        await File.WriteAllTextAsync(state, $$"""{"version":3,"deployment":{{Deployment()}}}""");
        var copy = Median(() => Spawn.Measure("/bin/cp", [state, state + ".copy"], new Dictionary<string, string>()));
        Console.WriteLine($"cp of {new FileInfo(state).Length / 1e6:F0} MB {copy, 37:F1} ms");

        var store = Directory.CreateDirectory(Path.Combine(folder.FullName, "store")).FullName;
        await Measured("folder", program, project, state, copy, Environment(folder.FullName, "file://" + store), () => Fill(store));

        await using var server = await BenchServer.Start();
        var environment = Environment(folder.FullName, server.Client.BaseAddress!.ToString().TrimEnd('/'));
        environment["PULUMI_ACCESS_TOKEN"] = server.Client.DefaultRequestHeaders.Authorization!.Parameter!;
        Spawn.Measure(program, ["login", environment["PULUMI_BACKEND_URL"]], environment);
        await Measured("cloud", program, project, state, copy, environment, () => Fill(server));
        folder.Delete(recursive: true);
    }

    private static async Task Measured(
        string where,
        string program,
        string project,
        string state,
        double copy,
        Dictionary<string, string> environment,
        Func<Task> fill
    )
    {
        double Command(params string[] words) => Median(() => Spawn.Measure(program, ["-C", project, .. words], environment));
        Spawn.Measure(program, ["-C", project, "stack", "init", "large"], environment);
        var one = Command("stack", "ls");
        Spawn.Measure(program, ["-C", project, "stack", "import", "--file", state], environment);
        var export = Command("stack", "export", "--file", Path.Combine(Path.GetTempPath(), "bench-export.json"));
        Console.WriteLine($"{where, -8} stack export of 100 MB {export, 24:F1} ms  {export / copy, 6:F1}x cp");
        Spawn.Measure(program, ["-C", project, "stack", "rm", "large", "--yes", "--force"], environment);
        await fill();
        var many = Command("stack", "ls");
        Console.WriteLine($"{where, -8} stack ls, 1 stack / {Stacks} stacks {one, 8:F1} / {many, 6:F1} ms  {many / one, 6:F1}x");
    }

    private static async Task Fill(string store)
    {
        for (var i = 0; i < Stacks; i++)
        {
            await File.WriteAllTextAsync(
                Path.Combine(Directory.CreateDirectory(Path.Combine(store, ".pulumi", "stacks", "web")).FullName, $"s{i:0000}.json"),
                $$$$"""{"version":3,"checkpoint":{"stack":"organization/web/s{{{{i:0000}}}}","latest":{"manifest":{"time":"2030-01-01T00:00:00Z"},"resources":[]}}}"""
            );
        }
    }

    private static async Task Fill(BenchServer server)
    {
        var database = server.Services.GetRequiredService<Database>();
        var stacks = server.Services.GetRequiredService<StackStore>();
        var organization = await database.QueryOne<string>($"SELECT id FROM organizations", CancellationToken.None);
        await database.Write(
            async transaction =>
            {
                for (var i = 0; i < Stacks; i++)
                {
                    await stacks.Create(
                        transaction,
                        Guid.CreateVersion7().ToString(),
                        organization!,
                        "web",
                        $"s{i:0000}",
                        new Dictionary<string, string>()
                    );
                }
                return true;
            },
            CancellationToken.None
        );
    }

    private static string Deployment()
    {
        var text = new StringBuilder("""{"manifest":{"time":"2030-01-01T00:00:00Z","magic":"","version":""},"resources":[""");
        text.Append("""{"urn":"urn:pulumi:large::web::pulumi:pulumi:Stack::web-large","custom":false,"type":"pulumi:pulumi:Stack"}""");
        var random = new Random(1);
        var bytes = new byte[900];
        for (var i = 0; i < Resources; i++)
        {
            random.NextBytes(bytes);
            text.Append(
                $$$$""",{"urn":"urn:pulumi:large::web::a:b:C::r{{{{i}}}}","custom":true,"id":"r{{{{i}}}}","type":"a:b:C","inputs":{"data":"{{{{Convert.ToHexString(bytes)}}}}"}}"""
            );
        }
        return text.Append("]}").ToString();
    }

    private static Dictionary<string, string> Environment(string folder, string url) =>
        new()
        {
            ["PULUMI_HOME"] = Path.Combine(folder, "home"),
            ["PULUMI_BACKEND_URL"] = url,
            ["PULUMI_CONFIG_PASSPHRASE"] = "",
            ["PULUMI_SKIP_UPDATE_CHECK"] = "1",
            ["PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS"] = "1",
        };

    private static double Median(Func<TimeSpan> run) =>
        Enumerable.Range(0, Rounds).Select(_ => run().TotalMilliseconds).Order().ElementAt(Rounds / 2);
}
