using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Cli.Auth;

/// <summary>The nearest <c>Pulumi.yaml</c>, as far as logging in cares.</summary>
/// <param name="BackendUrl">Null where the project does not choose a back end.</param>
/// <param name="Language">What its program is written in.</param>
internal sealed record Project(string Path, string? BackendUrl, string? Language)
{
    private static readonly string[] Names = ["Pulumi.json", "Pulumi.yaml", "Pulumi.yml"];

    /// <summary>Searches upward from the working directory.</summary>
    public static Project? Find(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            if (Names.Select(name => System.IO.Path.Combine(folder.FullName, name)).FirstOrDefault(File.Exists) is { } path)
            {
                return Read(path);
            }
        }
        return null;
    }

    private static Project Read(string path)
    {
        try
        {
            using var text = File.OpenText(path);
            var yaml = new YamlStream();
            yaml.Load(text);
            var root = yaml.Documents is [{ RootNode: YamlMappingNode members }, ..] ? members : null;
            var runtime = Member(root, "runtime");
            return new(path, Text(Member(Member(root, "backend"), "url")), Text(runtime) ?? Text(Member(runtime, "name")));
        }
        catch (YamlException problem)
        {
            throw new UserErrorException($"could not unmarshal '{path}': {problem.Message}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"could not read '{path}': {problem.Message}");
        }
    }

    private static YamlNode? Member(YamlNode? node, string name) =>
        node is YamlMappingNode map && map.Children.TryGetValue(name, out var member) ? member : null;

    private static string? Text(YamlNode? node) => node is YamlScalarNode { Value.Length: > 0 } scalar ? scalar.Value : null;
}
