using System.Text.Json.Nodes;
using Cli.Project;

namespace Cli.About.Dependencies;

/// <summary><c>package.json</c>, and what lies in <c>node_modules</c>, whichever package manager has put it there.</summary>
internal static class NodeDependencies
{
    private const string File = "package.json";
    private const string Modules = "node_modules";
    private static readonly string[] Sections = ["dependencies", "devDependencies"];

    public static IEnumerable<Dependency> Read(ProjectFile project, bool all)
    {
        if (ProgramDependencies.Manifest(project, File) is not { } manifest)
        {
            return [];
        }
        var folders = ModuleFolders(Path.GetDirectoryName(manifest)!).ToList();
        var package = Json(manifest);
        var wanted = Sections
            .SelectMany(section => package[section] as JsonObject ?? [])
            .Select(entry => (entry.Key, Range: entry.Value?.ToString() ?? ""));
        var direct = wanted.Select(one => Installed(folders, one.Key) ?? new Dependency(one.Key, one.Range));
        return all ? direct.Concat(folders.SelectMany(Packages).Select(path => Of(path))) : direct;
    }

    /// <summary>A workspace has them further up.</summary>
    private static IEnumerable<string> ModuleFolders(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Combine(at, Modules) is var modules && Directory.Exists(modules))
            {
                yield return modules;
            }
        }
    }

    private static Dependency? Installed(List<string> folders, string name) =>
        folders.Select(folder => Path.Combine(folder, name, File)).FirstOrDefault(System.IO.File.Exists) is { } path ? Of(path) : null;

    private static IEnumerable<string> Packages(string folder) =>
        Directory
            .EnumerateDirectories(folder)
            .SelectMany(path => Path.GetFileName(path).StartsWith('@') ? Directory.EnumerateDirectories(path) : [path])
            .Select(path => Path.Combine(path, File))
            .Where(System.IO.File.Exists);

    private static Dependency Of(string path)
    {
        var package = Json(path);
        var (name, version) = (Text(package, "name"), Text(package, "version"));
        var plugin =
            package["pulumi"] is JsonObject own && own["resource"]?.ToString() == "true"
                ? new Plugin(
                    "resource",
                    Text(own, "name") is { Length: > 0 } given ? given : name[(name.LastIndexOf('/') + 1)..],
                    (Text(own, "version") is { Length: > 0 } number ? number : version).TrimStart('v')
                )
                : null;
        return new(name, version, plugin);
    }

    private static string Text(JsonObject members, string name) => (members[name] as JsonValue)?.ToString() ?? "";

    private static JsonObject Json(string path) => JsonNode.Parse(System.IO.File.ReadAllText(path)) as JsonObject ?? [];
}
