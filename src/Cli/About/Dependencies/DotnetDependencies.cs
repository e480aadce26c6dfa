using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Cli.Project;

namespace Cli.About.Dependencies;

/// <summary>What a restore has found, in <c>obj/project.assets.json</c>; without that what the project file asks for.</summary>
internal static class DotnetDependencies
{
    private const string Pulumi = "Pulumi.";
    private static readonly string[] NoPlugins = ["Pulumi.Automation", "Pulumi.FSharp", "Pulumi.PolicyPacks"];

    public static IEnumerable<Dependency> Read(ProjectFile project, bool all)
    {
        if (ProgramDependencies.Manifest(project, "*.csproj", "*.fsproj", "*.vbproj") is not { } manifest)
        {
            return [];
        }
        var wanted = XDocument
            .Load(manifest)
            .Descendants()
            .Where(element => element.Name.LocalName == "PackageReference")
            .Select(element => (Name: (string?)element.Attribute("Include") ?? "", Version: VersionOf(element)))
            .Where(reference => reference.Name.Length > 0)
            .ToList();
        var assets = Path.Combine(Path.GetDirectoryName(manifest)!, "obj", "project.assets.json");
        var restored = File.Exists(assets) ? Restored(assets).ToList() : [];
        return all && restored.Count > 0
            ? restored
            : wanted.Select(one =>
                restored.FirstOrDefault(have => have.Name.Equals(one.Name, StringComparison.OrdinalIgnoreCase)) ?? Of(one.Name, one.Version)
            );
    }

    private static string VersionOf(XElement reference) =>
        (string?)reference.Attribute("Version")
        ?? reference.Elements().FirstOrDefault(child => child.Name.LocalName == "Version")?.Value
        ?? "";

    private static IEnumerable<Dependency> Restored(string assets) =>
        ((JsonNode.Parse(File.ReadAllText(assets)) as JsonObject)?["libraries"] as JsonObject ?? [])
            .Where(library => (library.Value as JsonObject)?["type"]?.ToString() == "package")
            .Select(library => library.Key.Split('/', 2))
            .Where(parts => parts.Length == 2)
            .Select(parts => Of(parts[0], parts[1]));

    private static Dependency Of(string name, string version)
    {
        var hasPlugin =
            name.StartsWith(Pulumi, StringComparison.Ordinal) && !NoPlugins.Any(other => name.StartsWith(other, StringComparison.Ordinal));
        return new(name, version, hasPlugin ? new("resource", Dashed(name[Pulumi.Length..]), version) : null);
    }

    /// <summary><c>AzureNative</c> is the plugin <c>azure-native</c>.</summary>
    private static string Dashed(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && !char.IsAsciiLetterUpper(name[i - 1]))
            {
                text.Append('-');
            }
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
