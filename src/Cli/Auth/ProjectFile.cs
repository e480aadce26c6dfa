using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Cli.Auth;

/// <summary>The nearest <c>Pulumi.yaml</c>, as far as logging in looks at it.</summary>
/// <param name="BackendUrl">Null when the project names none.</param>
internal sealed record ProjectFile(string Path, string? BackendUrl)
{
    private static readonly string[] Names = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

    /// <returns>Null when there is none upward from the folder.</returns>
    public static ProjectFile? FindUpward(string folder)
    {
        for (var at = folder; at is not null; at = System.IO.Path.GetDirectoryName(at))
        {
            var path = Names.Select(name => System.IO.Path.Combine(at, name)).FirstOrDefault(File.Exists);
            if (path is not null)
            {
                return new ProjectFile(path, ReadBackend(path));
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
            var project = yaml.Documents.Count > 0 ? yaml.Documents[0].RootNode : null;
            if (project is not YamlMappingNode members)
            {
                throw Malformed(path, "it holds no settings");
            }
            return
                Member(members, "backend") is YamlMappingNode backend && Member(backend, "url") is YamlScalarNode { Value.Length: > 0 } url
                ? url.Value
                : null;
        }
        catch (YamlException fault)
        {
            throw Malformed(path, $"line {fault.Start.Line}: {fault.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Malformed(path, fault.Message);
        }
    }

    private static YamlNode? Member(YamlMappingNode members, string name) =>
        members
            .Children.FirstOrDefault(member => member.Key is YamlScalarNode key && string.Equals(key.Value, name, StringComparison.Ordinal))
            .Value;

    private static UserErrorException Malformed(string path, string reason) => new($"could not unmarshal '{path}': {reason}");
}
