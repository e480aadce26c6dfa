using System.Text;

namespace Bench;

/// <summary><c>pulumi config set</c> from start to exit, on a folder: what the command costs beside starting the program, in a small file and in one of 1,000 values.</summary>
internal static class ConfigSet
{
    private const int Rounds = 100;

    public static void Run(string root)
    {
        var program = Path.Combine(root, "dist", "pulumi");
        var folder = Directory.CreateTempSubdirectory("bench-config-");
        var environment = new Dictionary<string, string>
        {
            ["PULUMI_HOME"] = Path.Combine(folder.FullName, "home"),
            ["PULUMI_BACKEND_URL"] = "file://" + folder.FullName,
            ["PULUMI_CONFIG_PASSPHRASE"] = "",
            ["PULUMI_SKIP_UPDATE_CHECK"] = "1",
        };
        var project = Directory.CreateDirectory(Path.Combine(folder.FullName, "web")).FullName;
        File.WriteAllText(Path.Combine(project, "Pulumi.yaml"), "name: web\nruntime: yaml\n");
        Spawn.Measure(program, ["-C", project, "stack", "init", "dev"], environment);
        var start = Median(_ => Spawn.Measure(program, ["version"], environment));
        Print("version", start, start);
        foreach (var size in new[] { 0, 1000 })
        {
            Fill(Path.Combine(project, "Pulumi.dev.yaml"), size);
            string[] Words(int i) => ["-C", project, "config", "set", "key", $"value {i}"];
            Print($"config set among {size}", Median(i => Spawn.Measure(program, Words(i), environment)), start);
            Print(
                $"config get among {size}",
                Median(_ => Spawn.Measure(program, ["-C", project, "config", "get", "key"], environment)),
                start
            );
        }
        folder.Delete(recursive: true);
    }

    private static void Fill(string file, int size)
    {
        var text = new StringBuilder("config:\n");
        for (var i = 0; i < size; i++)
        {
            text.Append("  # About ").Append(i).Append("\n  web:key").Append(i).Append(": value ").Append(i).Append('\n');
        }
        File.WriteAllText(file, text.ToString());
    }

    private static double Median(Func<int, TimeSpan> run) =>
        Enumerable.Range(0, Rounds).Select(i => run(i).TotalMilliseconds).Order().ElementAt(Rounds / 2);

    private static void Print(string what, double median, double start) =>
        Console.WriteLine($"{what, -24} median {median, 6:F1} ms  {median / start, 5:F1}x a start");
}
