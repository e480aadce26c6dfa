using System.Text.RegularExpressions;
using Server.Auth;

namespace Server.Stacks;

/// <summary>Names of projects and stacks. They stand in addresses and in URNs as they are.</summary>
public static partial class StackName
{
    private const string Rule = "has 1 to 100 letters, digits, hyphens, underscores and periods";

    public static bool IsValid(string name) => Shape().IsMatch(name) && name is not "." and not ".."; // clients resolve those in addresses

    /// <summary>How clients write a project's name in an address.</summary>
    public static string Normalized(string project) => Odd().Replace(project, "-");

    /// <param name="noun"><c>stack</c> or <c>project</c>.</param>
    /// <exception cref="ApiException">It is none.</exception>
    public static string Check(string noun, string? name) =>
        string.IsNullOrEmpty(name) ? throw ApiException.BadRequest($"A {noun} name is missing; it {Rule}.")
        : IsValid(name) ? name
        : throw ApiException.BadRequest($"'{name}' cannot be a {noun} name, which {Rule}.");

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,100}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Shape();

    [GeneratedRegex("[^A-Za-z0-9_.-]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Odd();
}
