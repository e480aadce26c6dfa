using System.Collections;
using System.Text.Json;

namespace Server.Settings;

/// <summary>What was set and where, before anything is made of it.</summary>
public sealed class SettingValues
{
    private readonly Dictionary<string, (string[] Values, string Origin)> _values = [];

    /// <param name="commandLine">By setting name; without entries that were not given.</param>
    /// <param name="environment">All variables; those that begin with HOLDFAST_ must be settings.</param>
    public static SettingValues Gather(IReadOnlyDictionary<string, string[]> commandLine, IDictionary environment)
    {
        var gathered = new SettingValues();
        foreach (var (name, values) in commandLine)
        {
            gathered._values[name] = (values, "--" + name);
        }
        foreach (DictionaryEntry variable in environment)
        {
            gathered.AddVariable((string)variable.Key, (string?)variable.Value ?? "");
        }
        if (gathered.Single(Setting.File) is { } file)
        {
            gathered.AddFile(file);
        }
        return gathered;
    }

    public IReadOnlyList<string> Many(Setting setting) => _values.TryGetValue(setting.Name, out var found) ? found.Values : [];

    public string? Single(Setting setting) => Many(setting) is [.., var last] ? last : null;

    /// <summary>A message that names the place where the setting was made.</summary>
    public SettingsException Wrong(Setting setting, string problem) =>
        new($"{(_values.TryGetValue(setting.Name, out var found) ? found.Origin : "--" + setting.Name)}: {problem}");

    private void AddVariable(string name, string value)
    {
        if (!name.StartsWith("HOLDFAST_", StringComparison.Ordinal) || value.Length == 0)
        {
            return;
        }
        var setting =
            Setting.All.FirstOrDefault(s => s.Variable == name)
            ?? throw new SettingsException(
                $"{name} is not a setting. The variables are: {string.Join(", ", Setting.All.Select(s => s.Variable))}."
            );
        _values.TryAdd(setting.Name, (setting.Repeatable ? value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) : [value], name));
    }

    private void AddFile(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllText(path),
                new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
            );
            foreach (var member in document.RootElement.EnumerateObject())
            {
                var setting =
                    Setting.All.FirstOrDefault(s => s.Name == member.Name && s != Setting.File)
                    ?? throw new SettingsException(
                        $"{path}: '{member.Name}' is not a setting. The settings are: {string.Join(", ", Setting.All.Select(s => s.Name))}."
                    );
                string[] values =
                    member.Value.ValueKind == JsonValueKind.Array
                        ? [.. member.Value.EnumerateArray().Select(v => v.ToString())]
                        : [member.Value.ToString()];
                _values.TryAdd(setting.Name, (values, $"{path}: {setting.Name}"));
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw new SettingsException($"The settings file cannot be read: {problem.Message}");
        }
    }
}
