using System.Buffers;
using System.Text.Json.Nodes;
using Cli.Project;

namespace Cli.About.Dependencies;

/// <summary><c>requirements.txt</c> or <c>pyproject.toml</c>, and what the virtual environment has.</summary>
internal static class PythonDependencies
{
    private static readonly string[] Environments = ["venv", ".venv"];

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
    );

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
        var lines = manifest.EndsWith(".txt", StringComparison.Ordinal)
            ? File.ReadLines(manifest).Select(line => line.Split('#')[0])
            : Listed(File.ReadAllText(manifest));
        return lines.Select(line => line.Trim()).Where(line => line.Length > 0 && char.IsAsciiLetterOrDigit(line[0])).Select(Requirement);
    }

    /// <summary><c>name[extras] &gt;=1,&lt;2; marker</c></summary>
    private static Dependency Requirement(string line)
    {
        var end = line.AsSpan().IndexOfAnyExcept(NameCharacters) is var at and >= 0 ? at : line.Length;
        var rest = line[end..].Split(';')[0].Trim();
        if (rest.StartsWith('['))
        {
            rest = rest[(rest.IndexOf(']', StringComparison.Ordinal) + 1)..].Trim();
        }
        var version = rest.Length > 0 && "=<>~!".Contains(rest[0], StringComparison.Ordinal) ? rest.TrimStart('=').Trim() : "";
        return new(line[..end], version);
    }

    /// <summary>The texts of <c>dependencies = […]</c>.</summary>
    private static IEnumerable<string> Listed(string toml)
    {
        var lines = toml.Split('\n');
        var start = Array.FindIndex(
            lines,
            line => line.Split('=')[0].Trim() == "dependencies" && line.Contains('[', StringComparison.Ordinal)
        );
        var text = start < 0 ? "" : string.Join('\n', lines[start..]);
        for (var i = text.IndexOf('[', StringComparison.Ordinal) + 1; i > 0 && i < text.Length && text[i] != ']'; i++)
        {
            if (text[i] is '"' or '\'' && text.IndexOf(text[i], i + 1) is var end and > 0)
            {
                yield return text[(i + 1)..end];
                i = end;
            }
        }
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
}
