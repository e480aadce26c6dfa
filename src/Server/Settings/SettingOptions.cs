using System.CommandLine;

namespace Server.Settings;

/// <summary>The settings as options of a command.</summary>
public sealed class SettingOptions
{
    private readonly Dictionary<Setting, Option<string[]>> _options = [];

    public static SettingOptions AddTo(Command command, IReadOnlyList<Setting> settings)
    {
        var added = new SettingOptions();
        foreach (var setting in settings)
        {
            var option = new Option<string[]>("--" + setting.Name)
            {
                Description = $"{setting.Description} Default: {setting.Default}.",
                HelpName = setting.Placeholder,
                AllowMultipleArgumentsPerToken = false,
            };
            command.Add(option);
            added._options[setting] = option;
        }
        return added;
    }

    /// <exception cref="SettingsException">A variable or a member of the settings file is none of ours.</exception>
    public SettingValues Read(ParseResult parsed)
    {
        var given = _options
            .Where(o => parsed.GetResult(o.Value) is { Implicit: false })
            .ToDictionary(o => o.Key.Name, o => parsed.GetValue(o.Value) ?? []);
        return SettingValues.Gather(given, Environment.GetEnvironmentVariables());
    }
}
