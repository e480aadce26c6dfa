namespace Cli.Auth;

/// <summary>The fields that the browser brings.</summary>
/// <param name="Path">Without the query.</param>
internal sealed record CallbackQuery(string Path, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>Empty where there is no such field.</summary>
    public string this[string name] => Fields.GetValueOrDefault(name, "");

    /// <returns>Null if this is no request of a browser that was sent back.</returns>
    public static CallbackQuery? In(string head)
    {
        if (
            head.Split("\r\n", 2)[0].Split(' ') is not ["GET", var target, _]
            || target.IndexOf('?', StringComparison.Ordinal) is var mark && mark < 0
        )
        {
            return null;
        }
        var fields = target[(mark + 1)..]
            .Split('&')
            .Select(pair => pair.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Uri.UnescapeDataString(group.First()[1].Replace('+', ' ')), StringComparer.Ordinal);
        return new(target[..mark], fields);
    }

    public override string ToString() => Path; // A record would print its secrets.
}
