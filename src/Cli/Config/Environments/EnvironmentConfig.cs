using System.Globalization;
using System.Text.Json;
using Cli.Config.Yaml;
using Cli.Env;
using Wire;

namespace Cli.Config.Environments;

/// <summary>
/// What environments give to a stack's configuration. A secret gets a name of its own instead of a ciphertext, so that it is hidden and shown like those of
/// the stack's file.
/// </summary>
internal sealed class EnvironmentConfig
{
    private readonly Dictionary<string, string> plaintexts = new(StringComparer.Ordinal);

    /// <param name="project">For keys without a namespace.</param>
    public EnvironmentConfig(OpenedEnvironment environment, string project)
    {
        Diagnostics = environment.Diagnostics ?? [];
        foreach (var (key, value) in Members(environment, "pulumiConfig"))
        {
            Values[ConfigKey.Parse(key, project)] = Of(value);
        }
        foreach (
            var (name, value) in Members(environment, "environmentVariables")
                .Where(v => v.Value.Value.ValueKind is not JsonValueKind.Object and not JsonValueKind.Array)
        )
        {
            Variables[name] = Of(value);
        }
    }

    public SortedDictionary<ConfigKey, YamlValue> Values { get; } = new(ConfigKey.Order);
    public SortedDictionary<string, YamlValue> Variables { get; } = new(StringComparer.Ordinal);
    public IReadOnlyList<EnvironmentDiagnostic> Diagnostics { get; }

    /// <param name="ciphertext">As it stands in <see cref="Values"/>.</param>
    public string? Plaintext(string ciphertext) => plaintexts.GetValueOrDefault(ciphertext);

    /// <summary>By the rules of JSON merge patches, with what the stack's file says on top.</summary>
    public static YamlValue Merge(YamlValue below, YamlValue above)
    {
        if (
            below is not YamlMap old
            || above is not YamlMap young
            || ConfigValue.CiphertextOf(old) is not null
            || ConfigValue.CiphertextOf(young) is not null
        )
        {
            return above;
        }
        foreach (var (name, value) in young.Members)
        {
            old = old.WithMember(name, old.Find(name) is { } known ? Merge(known, value) : value);
        }
        return old;
    }

    private static IEnumerable<KeyValuePair<string, EnvironmentValue>> Members(OpenedEnvironment environment, string name) =>
        environment.Properties?.GetValueOrDefault(name) is { Value.ValueKind: JsonValueKind.Object } map
            ? map.Value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, EnvironmentPlain.Inner(p.Value)))
            : [];

    private YamlValue Of(EnvironmentValue value)
    {
        if (value.Secret)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"environment:{plaintexts.Count}");
            plaintexts[name] = EnvironmentPlain.Text(EnvironmentPlain.Of(value));
            return ConfigValue.Secret(name);
        }
        return value.Value.ValueKind switch
        {
            _ when value.Unknown => YamlValue.Of("[unknown]"),
            JsonValueKind.Object => new YamlMap([
                .. value.Value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Of(EnvironmentPlain.Inner(p.Value)))),
            ]),
            JsonValueKind.Array => new YamlList([.. value.Value.EnumerateArray().Select(i => Of(EnvironmentPlain.Inner(i)))]),
            _ => ConfigValue.OfJson(EnvironmentPlain.Of(value)),
        };
    }
}
