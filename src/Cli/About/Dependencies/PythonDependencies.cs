using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cli.Project;

namespace Cli.About.Dependencies;

/// <summary><c>requirements.txt</c> or <c>pyproject.toml</c>, and what the virtual environment has.</summary>
internal static partial class PythonDependencies
{
    private static readonly string[] Environments = ["venv", ".venv"];

    public static IEnumerable<Dependency> Read(ProjectFile project, bool all)
    {
        var manifest = ProgramDependencies.Manifest(project, "requirements.txt") ?? ProgramDependencies.Manifest(project, "pyproject.toml");
        var wanted = manifest is null ? [] : Wanted(manifest).ToList();
        var installed = SitePackages(project) is { } folder ? Installed(folder).ToList() : [];
        return all && installed.Count > 0
            ? installed
            : wanted.Select(one => installed.FirstOrDefault(have => Plain(have.Name) == Plain(one.Name)) ?? one);
    }

    private static IEnumerable<Dependency> Wanted(string manifest)
    {
        var text = File.ReadAllText(manifest);
        var lines = manifest.EndsWith(".txt", StringComparison.Ordinal)
            ? text.Split('\n').Select(line => line.Split('#')[0].Trim())
            : Quoted().Matches(List().Match(text).Groups[1].Value).Select(match => match.Groups[1].Value);
        return lines
            .Select(line => Requirement().Match(line))
            .Where(match => match.Success)
            .Select(match => new Dependency(match.Groups[1].Value, match.Groups[2].Value.Trim().TrimStart('=').TrimStart()));
    }

    private static string? SitePackages(ProjectFile project)
    {
        var top = Path.GetDirectoryName(project.Path)!;
        var named =
            Yaml.Mapping(project.Root, "runtime") is { } runtime && Yaml.Mapping(runtime, "options") is { } options
                ? Yaml.Text(options, "virtualenv")
                : null;
        return (named is null ? Environments : [named])
            .Select(name => Path.GetFullPath(name, top))
            .SelectMany(environment => Libraries(environment))
            .Select(library => Path.Combine(library, "site-packages"))
            .FirstOrDefault(Directory.Exists);
    }

    private static IEnumerable<string> Libraries(string environment)
    {
        var (unix, windows) = (Path.Combine(environment, "lib"), Path.Combine(environment, "Lib"));
        return (
            Directory.Exists(unix)
                ? Directory.EnumerateDirectories(unix, "python*").Order(StringComparer.Ordinal)
                : Enumerable.Empty<string>()
        ).Append(windows);
    }

    private static IEnumerable<Dependency> Installed(string folder) =>
        Directory
            .EnumerateDirectories(folder, "*.dist-info")
            .Select(path => Path.GetFileName(path)[..^".dist-info".Length].Split('-', 2))
            .Where(parts => parts.Length == 2)
            .Select(parts => new Dependency(parts[0], parts[1], PluginOf(Path.Combine(folder, parts[0], "pulumi-plugin.json"), parts[1])));

    private static Plugin? PluginOf(string path, string version) =>
        File.Exists(path) && JsonNode.Parse(File.ReadAllText(path)) is JsonObject own && own["resource"]?.ToString() == "true"
            ? new(
                "resource",
                own["name"]?.ToString() ?? "",
                own["version"]?.ToString() is { Length: > 0 } given ? given.TrimStart('v') : version
            )
            : null;

    /// <summary>Names are the same whichever of these they have between words.</summary>
    private static string Plain(string name) => name.Replace('_', '-').Replace('.', '-').ToLowerInvariant();

    [GeneratedRegex(@"^([A-Za-z0-9][\w.\-]*)(?:\[[^\]]*\])?\s*([=<>~!][^;]*)?")]
    private static partial Regex Requirement();

    [GeneratedRegex(@"^dependencies\s*=\s*\[(.*?)^?\]\s*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex List();

    [GeneratedRegex("[\"']([^\"']+)[\"']")]
    private static partial Regex Quoted();
}
