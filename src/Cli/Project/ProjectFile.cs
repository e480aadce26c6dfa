using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Cli.Project;

/// <summary>The nearest <c>Pulumi.yaml</c>.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Name">Empty where it names none, which is no project for commands on stacks.</param>
/// <param name="BackendUrl">Null where the project does not choose a back end.</param>
/// <param name="Runtime">Empty where the project names none.</param>
/// <param name="StackFolder">Absolute: where <c>Pulumi.&lt;stack&gt;.yaml</c> files are.</param>
/// <param name="Root">The whole file, for whoever wants more of it.</param>
internal sealed record ProjectFile(
    string Path,
    string Name,
    string Runtime,
    string Description,
    string? BackendUrl,
    string StackFolder,
    YamlMappingNode Root
)
{
    private const string Unloadable = "could not load current project: ";
    private static readonly string[] Names = ["Pulumi.json", "Pulumi.yaml", "Pulumi.yml"];

    /// <summary>Searches upward from the working directory; what is found need not be complete.</summary>
    /// <returns>Null when there is none.</returns>
    public static ProjectFile? Near(Machine machine) => Search(machine, "");

    /// <summary>The same, and it has to be complete.</summary>
    public static ProjectFile? Find(Machine machine) => Search(machine, Unloadable)?.Named();

    public static ProjectFile Require(Machine machine) =>
        Find(machine)
        ?? throw new UserErrorException(
            $"no Pulumi.yaml project file found (searching upwards from {machine.WorkingDirectory}). If you have not created a project yet, "
                + "use `pulumi new` to do so: no project file found"
        );

    public string StackFileOf(string stack) =>
        System.IO.Path.Combine(StackFolder, $"Pulumi.{stack.Replace('/', '-')}{System.IO.Path.GetExtension(Path)}");

    /// <param name="failure">Goes before what is wrong with the file.</param>
    private static ProjectFile? Search(Machine machine, string failure)
    {
        for (var folder = new DirectoryInfo(machine.WorkingDirectory); folder is not null; folder = folder.Parent)
        {
            if (Names.Select(name => System.IO.Path.Combine(folder.FullName, name)).FirstOrDefault(File.Exists) is { } path)
            {
                return Read(path, failure);
            }
        }
        return null;
    }

    private ProjectFile Named()
    {
        if (Name.Length == 0)
        {
            var near = Root.Children.Keys.OfType<YamlScalarNode>().FirstOrDefault(key => IsSlipOf(key.Value, "name"))?.Value;
            throw new UserErrorException(
                $"{Unloadable}could not validate '{Path}': project is missing a 'name' attribute"
                    + (near is null ? "" : $"; found '{near}' instead")
            );
        }
        return this;
    }

    private static ProjectFile Read(string path, string failure)
    {
        var root = Yaml.ReadMapping(path, problem => new UserErrorException(failure + problem));
        var folder = System.IO.Path.GetDirectoryName(path)!;
        var stacks = Yaml.Text(root, "stackConfigDir") ?? Yaml.Text(root, "config");
        return new(
            path,
            Yaml.Text(root, "name") ?? "",
            Yaml.Text(root, "runtime") ?? (Yaml.Mapping(root, "runtime") is { } runtime ? Yaml.Text(runtime, "name") : null) ?? "",
            Yaml.Text(root, "description") ?? "",
            Yaml.Mapping(root, "backend") is { } backend && Yaml.Text(backend, "url") is { Length: > 0 } url ? url : null,
            string.IsNullOrEmpty(stacks) ? folder : System.IO.Path.Combine(folder, stacks),
            root
        );
    }

    private static bool IsSlipOf(string? key, string name) => key is not null && key.Equals(name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Reading YAML nodes.</summary>
internal static class Yaml
{
    /// <summary>An empty file is an empty mapping.</summary>
    public static YamlMappingNode ReadMapping(string path, Func<string, UserErrorException> failure)
    {
        try
        {
            return Parse(File.ReadAllText(path)) ?? throw failure($"could not unmarshal '{path}': it is not a map");
        }
        catch (YamlException problem)
        {
            throw failure($"could not unmarshal '{path}': {problem.Message}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw failure($"could not read '{path}': {problem.Message}");
        }
    }

    /// <returns>Null when the document is something else than a mapping.</returns>
    public static YamlMappingNode? Parse(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return yaml.Documents switch
        {
            [] => [],
            [{ RootNode: YamlMappingNode root }, ..] => root,
            [{ RootNode: YamlScalarNode { Value: null or "" } }, ..] => [],
            _ => null,
        };
    }

    public static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) && value is YamlScalarNode scalar ? scalar.Value : null;

    public static YamlMappingNode? Mapping(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) ? value as YamlMappingNode : null;
}
