using Cli.Storage;

namespace Cli.Providers.Aws;

/// <summary>The two files that all AWS tools share: <c>~/.aws/config</c> and <c>~/.aws/credentials</c>.</summary>
internal sealed class AwsFiles(Machine machine)
{
    private Dictionary<string, Dictionary<string, string>>? sections;

    public string Folder => Path.Combine(machine.Variable("HOME") ?? machine.UserHome.Value, ".aws");

    /// <returns>The settings of a profile from both files; empty when there is none.</returns>
    public IReadOnlyDictionary<string, string> Profile(string name) => Section("profile " + name);

    /// <summary>A section such as <c>sso-session corp</c>.</summary>
    public IReadOnlyDictionary<string, string> Section(string name)
    {
        sections ??= ReadBoth();
        return sections.TryGetValue(name, out var section) ? section : new Dictionary<string, string>();
    }

    private Dictionary<string, Dictionary<string, string>> ReadBoth()
    {
        var found = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        Add(
            found,
            machine.Variable("AWS_CONFIG_FILE") ?? Path.Combine(Folder, "config"),
            name => name == "default" ? "profile default" : name
        );
        Add(found, machine.Variable("AWS_SHARED_CREDENTIALS_FILE") ?? Path.Combine(Folder, "credentials"), name => "profile " + name);
        return found;
    }

    private static void Add(Dictionary<string, Dictionary<string, string>> found, string path, Func<string, string> nameOf)
    {
        Dictionary<string, string>? section = null;
        foreach (var line in Lines(path))
        {
            var text = line.Trim();
            var value = text.IndexOf('=', StringComparison.Ordinal);
            if (text.StartsWith('[') && text.EndsWith(']'))
            {
                var name = nameOf(string.Join(' ', text[1..^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
                section = found.TryGetValue(name, out var known) ? known : found[name] = new(StringComparer.OrdinalIgnoreCase);
            }
            else if (section is not null && value > 0 && text[0] is not ('#' or ';') && !char.IsWhiteSpace(line[0]))
            {
                section[text[..value].TrimEnd()] = text[(value + 1)..].TrimStart();
            }
        }
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"reading '{path}': {FileFault.Reason(problem)}");
        }
    }
}
