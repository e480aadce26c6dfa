using System.Text.RegularExpressions;
using Server.Auth;

namespace Server.Stacks;

/// <summary>What tags may be.</summary>
public static partial class StackTags
{
    public const string Project = "pulumi:project";

    private const int LongestValue = 256;
    private const int Most = 200;

    /// <summary>Kept by the CLI, with every update.</summary>
    private static readonly HashSet<string> BuiltIn =
    [
        Project,
        "pulumi:runtime",
        "pulumi:description",
        "pulumi:template",
        "vcs:owner",
        "vcs:repo",
        "vcs:kind",
        "vcs:root",
    ];

    /// <exception cref="ApiException">One of them is not valid.</exception>
    public static IReadOnlyDictionary<string, string> Check(IReadOnlyDictionary<string, string?>? tags)
    {
        var given = (tags ?? new Dictionary<string, string?>()).ToDictionary(t => t.Key, t => t.Value ?? "", StringComparer.Ordinal);
        if (given.Count > Most)
        {
            throw ApiException.BadRequest($"A stack has at most {Most} tags.");
        }
        foreach (var (name, value) in given)
        {
            Check(name, value);
        }
        return given;
    }

    /// <exception cref="ApiException">It is not valid.</exception>
    public static void Check(string name, string value)
    {
        if (!Shape().IsMatch(name))
        {
            throw ApiException.BadRequest(
                $"'{name}' cannot be a tag's name, which has 1 to 40 letters, digits, hyphens, underscores, periods and colons."
            );
        }
        if (value.Length > LongestValue || value.Contains('\0'))
        {
            throw ApiException.BadRequest($"The value of the tag '{name}' is not valid: it has at most {LongestValue} characters.");
        }
    }

    /// <summary>The tag that repeats the project's name may not contradict it.</summary>
    /// <exception cref="ApiException">It does.</exception>
    public static void CheckProject(IReadOnlyDictionary<string, string> tags, string project)
    {
        if (tags.TryGetValue(Project, out var named) && StackName.Normalized(named) != project)
        {
            throw ApiException.BadRequest(
                $"The tag {Project} names the stack's project, '{project}'. Rename the stack to move it to another."
            );
        }
    }

    public static bool IsBuiltIn(string name) => BuiltIn.Contains(name);

    /// <exception cref="ApiException">The CLI keeps it.</exception>
    public static void CheckNotBuiltIn(string name)
    {
        if (IsBuiltIn(name))
        {
            throw ApiException.BadRequest($"The tag {name} is kept by the CLI and cannot be changed by itself.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.:-]{1,40}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Shape();
}
