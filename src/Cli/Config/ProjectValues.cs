using Cli.Config.Yaml;
using Cli.Project;

namespace Cli.Config;

/// <summary>What <c>config</c> of <c>Pulumi.yaml</c> gives to every stack that has no value of its own.</summary>
internal static class ProjectValues
{
    public static IEnumerable<KeyValuePair<ConfigKey, YamlValue>> Read(ProjectFile project)
    {
        var declared = YamlText.Parse(File.ReadAllText(project.Path).TrimStart('\ufeff')).Value.Find(["config"]);
        foreach (var (name, declaration) in declared is YamlMap map ? map.Members : [])
        {
            if (ValueOf(declaration) is { } value)
            {
                yield return new(ConfigKey.Parse(name, project.Name), value);
            }
        }
    }

    /// <summary>A declaration is the value itself, or a map that has it as <c>value</c> or <c>default</c>.</summary>
    private static YamlValue? ValueOf(YamlValue declaration) =>
        declaration switch
        {
            YamlScalar { Kind: ScalarKind.Null } => null,
            YamlMap map => map.Find("value") ?? map.Find("default"),
            _ => declaration,
        };
}
