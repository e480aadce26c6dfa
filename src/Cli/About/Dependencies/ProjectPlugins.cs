using Cli.Project;
using Cli.Storage;
using YamlDotNet.RepresentationModel;

namespace Cli.About.Dependencies;

/// <summary>The plugins that a project uses: its language's, those that <c>Pulumi.yaml</c> names, and those of its dependencies.</summary>
internal static class ProjectPlugins
{
    private const string Unknown = "unknown";

    /// <summary>How <c>plugins</c> of <c>Pulumi.yaml</c> calls the kinds.</summary>
    private static readonly (string Section, string Kind)[] Sections =
    [
        ("languages", "language"),
        ("providers", "resource"),
        ("analyzers", "analyzer"),
    ];

    public static IReadOnlyList<Plugin> Of(Machine machine, ProjectFile project, IReadOnlyList<Dependency> dependencies)
    {
        var used = dependencies.Select(dependency => dependency.Plugin).OfType<Plugin>().Concat(Packages(project)).Concat(Named(project));
        if (project.Runtime.Length > 0)
        {
            used = used.Append(new("language", project.Runtime, ""));
        }
        return
        [
            .. used.GroupBy(plugin => (plugin.Kind, plugin.Name))
                .Select(same => same.FirstOrDefault(plugin => plugin.Version.Length > 0) ?? same.First())
                .Select(plugin => plugin.Version.Length > 0 ? plugin : plugin with { Version = Newest(machine, plugin) })
                .OrderBy(plugin => plugin.Kind, StringComparer.Ordinal)
                .ThenBy(plugin => plugin.Name, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<Plugin> Named(ProjectFile project) =>
        Yaml.Mapping(project.Root, "plugins") is { } plugins
            ? Sections.SelectMany(section =>
                Sequence(plugins, section.Section)
                    .Select(entry => new Plugin(section.Kind, Yaml.Text(entry, "name") ?? "", Yaml.Text(entry, "version") ?? ""))
            )
            : [];

    /// <summary><c>name: source@version</c>, or a map with both.</summary>
    private static IEnumerable<Plugin> Packages(ProjectFile project) =>
        (Yaml.Mapping(project.Root, "packages")?.Children ?? Enumerable.Empty<KeyValuePair<YamlNode, YamlNode>>()).Select(package =>
        {
            var (source, version) = package.Value is YamlMappingNode map
                ? (Yaml.Text(map, "source") ?? "", Yaml.Text(map, "version") ?? "")
                : ((package.Value as YamlScalarNode)?.Value ?? "", "");
            var at = source.LastIndexOf('@');
            return new Plugin(
                "resource",
                ((YamlScalarNode)package.Key).Value ?? "",
                (version.Length > 0 || at < 0 ? version : source[(at + 1)..]).TrimStart('v')
            );
        });

    private static IEnumerable<YamlMappingNode> Sequence(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) && value is YamlSequenceNode list ? list.OfType<YamlMappingNode>() : [];

    /// <summary>In the folder of plugins, where one's name is <c>resource-aws-v6.1.0</c>.</summary>
    private static string Newest(Machine machine, Plugin plugin)
    {
        var folder = Path.Combine(Places.Home(machine), "plugins");
        var prefix = $"{plugin.Kind}-{plugin.Name}-v";
        return Directory.Exists(folder)
            ? Directory
                .EnumerateDirectories(folder, prefix + "*")
                .Select(path => Path.GetFileName(path)[prefix.Length..])
                .OrderBy(Number)
                .ThenBy(text => !text.Contains('-', StringComparison.Ordinal)) // 1.0.0-beta is before 1.0.0
                .LastOrDefault()
                ?? Unknown
            : Unknown;
    }

    private static Version Number(string text) => Version.TryParse(text.Split('-', '+')[0], out var number) ? number : new();
}
