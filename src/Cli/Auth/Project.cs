using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Cli.Auth;

/// <summary>The nearest <c>Pulumi.yaml</c>, as far as logging in cares.</summary>
/// <param name="BackendUrl">Null where the project does not choose a back end.</param>
internal sealed record Project(string Path, string? BackendUrl)
{
    private static readonly string[] Names = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

    /// <summary>Searches upward from the working directory.</summary>
    public static Project? Find(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            if (Names.Select(name => System.IO.Path.Combine(folder.FullName, name)).FirstOrDefault(File.Exists) is { } path)
            {
                return new(path, ReadBackend(path));
            }
        }
        return null;
    }

    private static string? ReadBackend(string path)
    {
        try
        {
            using var text = File.OpenText(path);
            var yaml = new YamlStream();
            yaml.Load(text);
            return
                yaml.Documents is [{ RootNode: YamlMappingNode root }, ..]
                && root.Children.TryGetValue("backend", out var backend)
                && backend is YamlMappingNode settings
                && settings.Children.TryGetValue("url", out var url)
                && url is YamlScalarNode { Value.Length: > 0 } scalar
                ? scalar.Value
                : null;
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
}
