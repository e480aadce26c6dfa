using System.Text.Json;
using System.Text.RegularExpressions;

namespace Server.Scim;

/// <summary>The one kind of filter that is taken: an attribute that equals a text.</summary>
public static partial class ScimFilter
{
    /// <returns>The text to look for; null if there is no filter.</returns>
    /// <exception cref="ScimException">It is a filter of another kind, or over another attribute.</exception>
    public static string? Value(string? filter, string attribute)
    {
        if (string.IsNullOrWhiteSpace(filter))
        {
            return null;
        }
        var match = Equality().Match(filter);
        if (!match.Success || !match.Groups["name"].Value.Equals(attribute, StringComparison.OrdinalIgnoreCase))
        {
            throw ScimException.Filter(attribute);
        }
        try
        {
            return JsonSerializer.Deserialize<string>(match.Groups["value"].Value);
        }
        catch (JsonException)
        {
            throw ScimException.Filter(attribute);
        }
    }

    /// <summary>Of a path such as <c>members[value eq "7"]</c> or <c>emails[type eq "work"].value</c>.</summary>
    /// <returns>The attribute, what is asked of its values, and the part of them; null if the path is of another form.</returns>
    public static (string Attribute, string Name, string Value, string Part)? Selection(string path)
    {
        var match = Selected().Match(path);
        return match.Success
            ? (match.Groups["attribute"].Value, match.Groups["name"].Value, match.Groups["value"].Value, match.Groups["part"].Value)
            : null;
    }

    [GeneratedRegex(
        """^\s*(?<name>[A-Za-z.]+)\s+eq\s+(?<value>".*")\s*$""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex Equality();

    [GeneratedRegex(
        """^(?<attribute>[A-Za-z]+)\[\s*(?<name>[A-Za-z]+)\s+eq\s+"(?<value>[^"]*)"\s*\](?:\.(?<part>[A-Za-z]+))?$""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex Selected();
}
