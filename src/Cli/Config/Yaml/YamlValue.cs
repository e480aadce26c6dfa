namespace Cli.Config.Yaml;

internal enum ScalarKind
{
    String,
    Integer,
    Float,
    Boolean,
    Null,
}

/// <summary>What a document says, without how it is written. The order of a map's members does not count for equality.</summary>
internal abstract record YamlValue
{
    public static readonly YamlScalar Null = new("", ScalarKind.Null);

    public static YamlScalar Of(string text) => new(text, ScalarKind.String);

    /// <summary>This value with another one at the place, maps and lists on the way made where they lack.</summary>
    public YamlValue With(ReadOnlySpan<PathStep> path, YamlValue value)
    {
        if (path.IsEmpty)
        {
            return value;
        }
        var step = path[0];
        var rest = path[1..];
        return step.Name is { } name
            ? MapToHold(name).WithMember(name, (Child(step) ?? Null).With(rest, value))
            : ListToHold(step.Index).WithItem(step.Index, (Child(step) ?? Null).With(rest, value));
    }

    private YamlMap MapToHold(string name) =>
        this switch
        {
            YamlMap map => map,
            YamlScalar { Kind: ScalarKind.Null } => YamlMap.Empty,
            _ => throw new PathException($"there is no map that '{name}' could be a member of"),
        };

    private YamlList ListToHold(int index) =>
        this switch
        {
            YamlList list when index <= list.Items.Count => list,
            YamlScalar { Kind: ScalarKind.Null } when index == 0 => new YamlList([]),
            YamlList list => throw new PathException(
                $"the list has {list.Items.Count} element(s): [{list.Items.Count}] would be the next one, [{index}] leaves a gap"
            ),
            YamlScalar { Kind: ScalarKind.Null } => throw new PathException($"a new list begins with [0], not [{index}]"),
            _ => throw new PathException($"there is no list that [{index}] could be an element of"),
        };

    /// <returns>This very value when there is nothing at the place.</returns>
    public YamlValue Without(ReadOnlySpan<PathStep> path)
    {
        var step = path[0];
        if (Child(step) is not { } child)
        {
            return this;
        }
        if (path.Length > 1)
        {
            var changed = child.Without(path[1..]);
            return ReferenceEquals(changed, child) ? this : With([step], changed);
        }
        return this switch
        {
            YamlMap map => new YamlMap([.. map.Members.Where(member => member.Key != step.Name)]),
            YamlList list => new YamlList([.. list.Items.Where((_, index) => index != step.Index)]),
            _ => this,
        };
    }

    public YamlValue? Find(ReadOnlySpan<PathStep> path) => path.IsEmpty ? this : Child(path[0])?.Find(path[1..]);

    private YamlValue? Child(PathStep step) =>
        (this, step.Name) switch
        {
            (YamlMap map, { } name) => map.Find(name),
            (YamlList list, null) when step.Index < list.Items.Count => list.Items[step.Index],
            _ => null,
        };
}

/// <param name="Text">As written; for a string, what it says.</param>
internal sealed record YamlScalar(string Text, ScalarKind Kind) : YamlValue
{
    // ~, null and nothing at all are the same.
    public bool Equals(YamlScalar? other) =>
        other is not null && Kind == other.Kind && (Kind == ScalarKind.Null || Text.Equals(other.Text, StringComparison.Ordinal));

    public override int GetHashCode() => HashCode.Combine(Kind, Kind == ScalarKind.Null ? "" : Text);
}

internal sealed record YamlMap(IReadOnlyList<KeyValuePair<string, YamlValue>> Members) : YamlValue
{
    public static readonly YamlMap Empty = new([]);

    public YamlValue? Find(string name)
    {
        foreach (var member in Members)
        {
            if (member.Key.Equals(name, StringComparison.Ordinal))
            {
                return member.Value;
            }
        }
        return null;
    }

    public YamlMap WithMember(string name, YamlValue value) =>
        Find(name) is null
            ? new([.. Members, new(name, value)])
            : new([.. Members.Select(member => member.Key == name ? new(name, value) : member)]);

    public bool Equals(YamlMap? other)
    {
        if (other is null || Members.Count != other.Members.Count)
        {
            return false;
        }
        for (var i = 0; i < Members.Count; i++)
        {
            var (name, value) = Members[i];
            var beside = other.Members[i];
            var counterpart = beside.Key.Equals(name, StringComparison.Ordinal) ? beside.Value : other.Find(name);
            if (!value.Equals(counterpart))
            {
                return false;
            }
        }
        return true;
    }

    public override int GetHashCode() => Members.Count;
}

internal sealed record YamlList(IReadOnlyList<YamlValue> Items) : YamlValue
{
    public YamlList WithItem(int index, YamlValue value) => new([.. Items.Take(index), value, .. Items.Skip(index + 1)]);

    public bool Equals(YamlList? other) => other is not null && Items.SequenceEqual(other.Items);

    public override int GetHashCode() => Items.Count;
}

/// <summary>A path does not fit the value that it leads into.</summary>
internal sealed class PathException(string message) : UserErrorException(message);
