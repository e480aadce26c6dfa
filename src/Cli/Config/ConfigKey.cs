namespace Cli.Config;

/// <summary>The name of a configuration value: <c>namespace:name</c>.</summary>
internal sealed record ConfigKey(string Namespace, string Name)
{
    /// <summary>A name by itself belongs to the project.</summary>
    public static ConfigKey Parse(string text, string project)
    {
        var parts = text.Split(':');
        return parts switch
        {
            [{ Length: > 0 } name] => new(project, name),
            [{ Length: > 0 } space, { Length: > 0 } name] => new(space, name),
            _ => throw new UserErrorException(
                $"invalid configuration key: could not parse {text} as a configuration key "
                    + "(configuration keys should be of the form `<namespace>:<name>`)"
            ),
        };
    }

    /// <summary>In a stack's file: always with its namespace; files of old have <c>namespace:config:name</c>.</summary>
    public static ConfigKey OfFile(string text) =>
        text.Split(':') switch
        {
            [{ Length: > 0 } space, "config", { Length: > 0 } name] => new(space, name),
            [_, _] => Parse(text, ""),
            _ => throw new UserErrorException(
                $"could not parse {text} as a configuration key (configuration keys should be of the form `<namespace>:<name>`)"
            ),
        };

    /// <summary>Keys of the project are shown without its name.</summary>
    public string Show(string project) => Namespace.Equals(project, StringComparison.Ordinal) ? Name : ToString();

    public static readonly Comparer<ConfigKey> Order = Comparer<ConfigKey>.Create(
        (a, b) => string.CompareOrdinal(a.Namespace, b.Namespace) is not 0 and var order ? order : string.CompareOrdinal(a.Name, b.Name)
    );

    public override string ToString() => $"{Namespace}:{Name}";
}

/// <summary>A key, and with <c>--path</c> a place inside of its value.</summary>
/// <param name="Written">As the user wrote it.</param>
internal sealed record ConfigPlace(ConfigKey Key, IReadOnlyList<PathStep> Inside, string Written)
{
    public bool IsWhole => Inside.Count == 0;

    public static ConfigPlace Parse(string text, string project, bool isPath)
    {
        if (!isPath)
        {
            return new(ConfigKey.Parse(text, project), [], text);
        }
        var path = PropertyPath.Parse(text);
        var name = path[0].Name ?? throw new UserErrorException($"invalid configuration key path '{text}': it begins with an index");
        return new(ConfigKey.Parse(name, project), [.. path.Skip(1)], text);
    }
}
