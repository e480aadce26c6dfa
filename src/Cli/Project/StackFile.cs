using System.Text;
using YamlDotNet.RepresentationModel;

namespace Cli.Project;

/// <summary>
/// <c>Pulumi.&lt;stack&gt;.yaml</c>: the settings of a stack's secrets provider, and where its secrets stand. Edits are patches of the text, so that
/// comments, order and layout stay. Each edit gives a new value; <see cref="Save"/> writes it.
/// </summary>
internal sealed class StackFile
{
    private readonly YamlMappingNode root;

    private StackFile(string path, string text)
    {
        Path = path;
        Text = text;
        root = text.Length == 0 ? [] : Parse(path, text);
    }

    public string Path { get; }
    public string Text { get; }
    public string? SecretsProvider => Setting("secretsprovider");
    public string? EncryptedKey => Setting("encryptedkey");
    public string? EncryptionSalt => Setting("encryptionsalt");

    /// <summary>Every <c>{secure: …}</c>, at any depth of <c>config</c>.</summary>
    public IReadOnlyList<string> Ciphertexts => [.. Secure().Select(node => node.Value!)];

    public static StackFile Read(string path) => new(path, File.Exists(path) ? File.ReadAllText(path).TrimStart('\uFEFF') : "");

    public static StackFile Of(string path, string text) => new(path, text);

    private string? Setting(string key) => Yaml.Text(root, key) is { Length: > 0 } value ? value : null;

    /// <param name="value">Null removes it.</param>
    public StackFile WithSetting(string key, string? value)
    {
        var (before, name) = root.Children.Keys.OfType<YamlScalarNode>().FirstOrDefault(node => node.Value == key) is { } found
            ? (root.Children[found], found)
            : (null, null);
        if (before is null || name is null)
        {
            return value is null ? this : new(Path, Appended(key, value));
        }
        return new(Path, value is null ? WithoutLines(name, before) : Patched([(before, value)]));
    }

    public StackFile WithSecrets(IReadOnlyDictionary<string, string> replacements) =>
        new(Path, Patched([.. Secure().Select(node => ((YamlNode)node, replacements[node.Value!]))]));

    public void Save()
    {
        var temporary = Path + "." + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6)) + ".tmp";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            File.WriteAllText(temporary, Text, new UTF8Encoding(false));
            File.Move(temporary, Path, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new UserErrorException($"could not write '{Path}': {problem.Message}");
        }
    }

    private static YamlMappingNode Parse(string path, string text)
    {
        try
        {
            return Yaml.Parse(text) ?? throw new UserErrorException($"could not read '{path}': it is not a map");
        }
        catch (YamlDotNet.Core.YamlException problem)
        {
            throw new UserErrorException($"could not unmarshal '{path}': {problem.Message}");
        }
    }

    private IEnumerable<YamlScalarNode> Secure() => Yaml.Mapping(root, "config") is { } config ? SecureIn(config) : [];

    private static IEnumerable<YamlScalarNode> SecureIn(YamlNode node) =>
        node switch
        {
            YamlMappingNode { Children: [{ Key: YamlScalarNode { Value: "secure" }, Value: YamlScalarNode { Value: not null } secret }] } =>
                [secret],
            YamlMappingNode map => map.Children.Values.SelectMany(SecureIn),
            YamlSequenceNode list => list.Children.SelectMany(SecureIn),
            _ => [],
        };

    private string Appended(string key, string value)
    {
        if (root.Children.Count == 0)
        {
            var comments = Text.Trim() is "" or "{}" ? "" : Text.Replace("{}", "", StringComparison.Ordinal).TrimEnd() + "\n";
            return $"{comments}{key}: {value}\n";
        }
        if (root.Style == YamlDotNet.Core.Events.MappingStyle.Flow)
        {
            var brace = Text.IndexOf('{', StringComparison.Ordinal) + 1;
            return $"{Text[..brace]}\"{key}\": \"{value}\", {Text[brace..].TrimStart()}";
        }
        return $"{Text.TrimEnd('\n', '\r')}{LineEnd}{key}: {value}{LineEnd}";
    }

    private string LineEnd => Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    private string WithoutLines(YamlNode key, YamlNode value)
    {
        var start = Text.LastIndexOf('\n', Math.Max(0, (int)key.Start.Index - 1)) + 1;
        var end = Text.IndexOf('\n', (int)value.End.Index);
        return Text[..start] + (end < 0 ? "" : Text[(end + 1)..]);
    }

    private string Patched(IReadOnlyList<(YamlNode Node, string Value)> changes)
    {
        var text = new StringBuilder(Text);
        foreach (var (node, value) in changes.OrderByDescending(change => change.Node.Start.Index))
        {
            var (start, end) = ((int)node.Start.Index, (int)node.End.Index);
            var quoted = Text[start] is '"' or '\'';
            var replacement = quoted ? $"{Text[start]}{value}{Text[start]}" : value;
            // A block scalar's end is after its last line end.
            var tail = !quoted && Text[..end].EndsWith('\n') ? LineEnd : "";
            text.Remove(start, end - start).Insert(start, replacement + tail);
        }
        return text.ToString();
    }
}
