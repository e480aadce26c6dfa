using Cli.Config.Yaml;

namespace Cli.Config;

/// <summary>The <c>config</c> of a stack's file.</summary>
/// <param name="document">The whole file.</param>
internal sealed class StackConfig(YamlText document, bool json)
{
    private const string Section = "config";
    private const string EnvironmentSection = "environment";

    public YamlText Document => document;

    /// <summary>In the order of their keys.</summary>
    public SortedDictionary<ConfigKey, YamlValue> Values =>
        new(Members.ToDictionary(member => ConfigKey.OfFile(member.Key), member => member.Value), ConfigKey.Order);

    /// <summary>Names of environments; empty where there are none, or where the environment is defined in the file itself.</summary>
    public IReadOnlyList<string> Environments =>
        document.Value.Find([EnvironmentSection]) is YamlList list ? [.. list.Items.Select(ConfigValue.Text)] : [];

    /// <summary>An environment that is defined in the file itself; null where there is none.</summary>
    public YamlMap? EnvironmentDefinition => document.Value.Find([EnvironmentSection]) is YamlMap { Members.Count: > 0 } map ? map : null;

    public YamlValue? Find(ConfigKey key) => Values.GetValueOrDefault(key);

    public StackConfig Set(ConfigPlace place, YamlValue value)
    {
        if (!place.IsWhole)
        {
            CheckSecrets(place, value);
        }
        return new(YamlEdit.Set(document, [Section, Written(place.Key), .. place.Inside], value, json), json);
    }

    public StackConfig Set(ConfigKey key, YamlValue value) => Set(new ConfigPlace(key, [], key.ToString()), value);

    public StackConfig Remove(ConfigPlace place) =>
        Find(place.Key)?.Find([.. place.Inside.SkipLast(1)]) is { } holder && ConfigValue.CiphertextOf(holder) is not null && !place.IsWhole
            ? this
            : new(YamlEdit.Remove(document, [Section, Written(place.Key), .. place.Inside], json), json);

    /// <summary>Just these values; what is equal already keeps its text.</summary>
    public StackConfig SetAll(IEnumerable<KeyValuePair<ConfigKey, YamlValue>> values)
    {
        var map = new YamlMap([.. values.Select(value => KeyValuePair.Create(Written(value.Key), value.Value))]);
        return map.Members.Count == 0 && Members.Count == 0 ? this : new(YamlEdit.Set(document, [Section], map, json), json);
    }

    public StackConfig SetEnvironments(IReadOnlyList<string> names) =>
        names.Count > 0 ? new(YamlEdit.Set(document, [EnvironmentSection], new YamlList([.. names.Select(YamlValue.Of)]), json), json)
        : Environments.Count > 0 ? new(YamlEdit.Remove(document, [EnvironmentSection], json), json)
        : this;

    /// <summary>Whatever is there, names or a definition.</summary>
    public StackConfig CopyEnvironment(StackConfig from) =>
        from.Document.Value.Find([EnvironmentSection]) is { } environment
            ? new(YamlEdit.Set(document, [EnvironmentSection], environment, json), json)
            : this;

    private IReadOnlyList<KeyValuePair<string, YamlValue>> Members =>
        document.Value.Find([Section]) switch
        {
            null or YamlScalar { Kind: ScalarKind.Null } => [],
            YamlMap map => map.Members,
            _ => throw new UserErrorException("the 'config' of a stack's file has to be a map"),
        };

    private string Written(ConfigKey key)
    {
        foreach (var member in Members)
        {
            if (ConfigKey.OfFile(member.Key) == key)
            {
                return member.Key;
            }
        }
        return key.ToString();
    }

    /// <summary>Nothing is put inside of a secret, and nothing that is no secret may look like one.</summary>
    private void CheckSecrets(ConfigPlace place, YamlValue value)
    {
        var whole = Find(place.Key) ?? YamlValue.Null;
        for (var depth = 0; depth < place.Inside.Count; depth++)
        {
            if (whole.Find([.. place.Inside.Take(depth)]) is { } outer && ConfigValue.CiphertextOf(outer) is not null)
            {
                throw new UserErrorException(
                    $"'{place.Written}' would be inside of a secret; set the whole value instead, or remove it first"
                );
            }
        }
        var holder = whole.With([.. place.Inside], value).Find([.. place.Inside.SkipLast(1)]);
        if (holder is not null && ConfigValue.CiphertextOf(holder) is not null)
        {
            throw new UserErrorException(
                $"'{place.Written}' cannot be set: \"secure\" as the only key of a map is reserved for secrets; use --secret to store one"
            );
        }
    }
}
