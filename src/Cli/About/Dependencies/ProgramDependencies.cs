using System.Text.Json;
using System.Xml;
using Cli.Project;

namespace Cli.About.Dependencies;

/// <summary>What a program depends on, as its language's own files say it: nothing is run for that.</summary>
internal static class ProgramDependencies
{
    /// <param name="all">Also what the direct ones depend on.</param>
    /// <returns>By name, each once.</returns>
    public static IReadOnlyList<Dependency> Of(ProjectFile project, bool all)
    {
        try
        {
            var found = project.Runtime switch
            {
                "nodejs" or "bun" => NodeDependencies.Read(project, all),
                "python" => PythonDependencies.Read(project, all),
                "go" => GoDependencies.Read(project, all),
                "dotnet" => DotnetDependencies.Read(project, all),
                "java" => JavaDependencies.Read(project),
                _ => [],
            };
            return [.. found.DistinctBy(one => (one.Name, one.Version)).OrderBy(one => one.Name, StringComparer.Ordinal)];
        }
        catch (Exception problem)
            when (problem is IOException or UnauthorizedAccessException or JsonException or XmlException or InvalidOperationException)
        {
            throw new UserErrorException(problem.Message);
        }
    }

    /// <summary>The nearest file of one of these names, from the program upward to the project.</summary>
    /// <param name="patterns">As for <see cref="Directory.EnumerateFiles(string, string)"/>.</param>
    public static string? Manifest(ProjectFile project, params string[] patterns)
    {
        var top = Path.GetDirectoryName(project.Path)!;
        for (
            var folder = ProgramFolder(project, top);
            folder is not null && folder.Length >= top.Length;
            folder = Path.GetDirectoryName(folder)
        )
        {
            var found = Directory.Exists(folder)
                ? patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern)).Order(StringComparer.Ordinal)
                : null;
            if (found?.FirstOrDefault() is { } path)
            {
                return path;
            }
        }
        return null;
    }

    private static string ProgramFolder(ProjectFile project, string top)
    {
        var main = Path.GetFullPath(Yaml.Text(project.Root, "main") ?? ".", top);
        return Directory.Exists(main) ? main : Path.GetDirectoryName(main) ?? top;
    }
}
