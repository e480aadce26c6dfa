using System.Text.RegularExpressions;
using Cli.Project;

namespace Cli.About.Dependencies;

/// <summary><c>go.mod</c>, which names the exact versions, indirect ones too.</summary>
internal static partial class GoDependencies
{
    public static IEnumerable<Dependency> Read(ProjectFile project, bool all) =>
        ProgramDependencies.Manifest(project, "go.mod") is { } manifest
            ? Requirement()
                .Matches(File.ReadAllText(manifest))
                .Where(match => all || !match.Groups[3].Success)
                .Select(match => new Dependency(match.Groups[1].Value, match.Groups[2].Value, PluginOf(match)))
            : [];

    private static Plugin? PluginOf(Match requirement) =>
        Sdk().Match(requirement.Groups[1].Value) is { Success: true } found
            ? new("resource", found.Groups[1].Value, requirement.Groups[2].Value.TrimStart('v'))
            : null;

    [GeneratedRegex(@"^(?!.*=>)(?:require)?[ \t]+([\w.\-~]+\.[\w.\-~]+/\S+)[ \t]+(v\S+)[ \t]*(//[ \t]*indirect)?", RegexOptions.Multiline)]
    private static partial Regex Requirement();

    [GeneratedRegex(@"/pulumi-([\w\-]+)/sdk(/|$)")]
    private static partial Regex Sdk();
}
