using System.Xml.Linq;
using Cli.Project;

namespace Cli.About.Dependencies;

/// <summary>Maven's <c>pom.xml</c>. Gradle's files are programs.</summary>
internal static class JavaDependencies
{
    private const string Pulumi = "com.pulumi";

    public static IEnumerable<Dependency> Read(ProjectFile project) =>
        ProgramDependencies.Manifest(project, "pom.xml") is { } manifest
            ? XDocument
                .Load(manifest)
                .Root!.Elements()
                .Where(element => element.Name.LocalName == "dependencies")
                .Elements()
                .Select(element =>
                    (Group: Text(element, "groupId"), Artifact: Text(element, "artifactId"), Version: Text(element, "version"))
                )
                .Select(one => new Dependency($"{one.Group}:{one.Artifact}", one.Version, PluginOf(one.Group, one.Artifact, one.Version)))
            : [];

    private static Plugin? PluginOf(string group, string artifact, string version) =>
        group == Pulumi && artifact != "pulumi" ? new("resource", artifact, version) : null;

    private static string Text(XElement element, string name) =>
        element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value.Trim() ?? "";
}
