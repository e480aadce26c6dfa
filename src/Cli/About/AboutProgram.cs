using System.Text.Json.Nodes;
using Cli.About.Dependencies;
using Cli.Project;

namespace Cli.About;

/// <summary>The project around the working directory, and what it is made with.</summary>
internal sealed record AboutProgram(string Language, IReadOnlyList<Plugin> Plugins, IReadOnlyList<Dependency> Dependencies)
{
    /// <returns>Null outside a project, and where it cannot be read.</returns>
    public static AboutProgram? Of(Machine machine, bool transitive, List<string> problems)
    {
        try
        {
            if (ProjectFile.Near(machine) is not { } project)
            {
                return null;
            }
            var dependencies = Found(project, transitive, problems);
            return new(project.Runtime, ProjectPlugins.Of(machine, project, dependencies), dependencies);
        }
        catch (UserErrorException problem)
        {
            problems.Add("Failed to read the project: " + problem.Message);
            return null;
        }
    }

    public JsonArray? PluginsJson() =>
        Plugins.Count == 0
            ? null
            : new([
                .. Plugins.Select(plugin => new JsonObject
                {
                    ["name"] = plugin.Name,
                    ["kind"] = plugin.Kind,
                    ["version"] = plugin.Version,
                }),
            ]);

    public JsonArray? DependenciesJson() =>
        Dependencies.Count == 0
            ? null
            : new([.. Dependencies.Select(dependency => new JsonObject { ["name"] = dependency.Name, ["version"] = dependency.Version })]);

    private static IReadOnlyList<Dependency> Found(ProjectFile project, bool transitive, List<string> problems)
    {
        try
        {
            return ProgramDependencies.Of(project, transitive);
        }
        catch (UserErrorException problem)
        {
            problems.Add("Failed to get information about the Pulumi program's dependencies: " + problem.Message);
            return [];
        }
    }
}
