namespace Cli.Backends;

/// <summary>A stack's whole name. On stores of the legacy layout, organization and project are empty.</summary>
internal sealed record StackName(string Organization, string Project, string Name)
{
    /// <summary>As it is stored, and as <c>-Q</c> shows it.</summary>
    public string Full => Project.Length == 0 ? Name : $"{Organization}/{Project}/{Name}";

    public override string ToString() => Full;
}

/// <summary>The rules for the parts of a name, in the stock CLI's words.</summary>
internal static class NameRules
{
    private const int Longest = 100;

    public static void CheckStack(string name)
    {
        if (name.Length == 0)
        {
            throw new UserErrorException("a stack name may not be empty");
        }
        if (name.Length > Longest)
        {
            throw new UserErrorException("a stack name cannot exceed 100 characters");
        }
        for (var i = 0; i < name.Length; i++)
        {
            if (!IsPlain(name[i]))
            {
                throw new UserErrorException(
                    "a stack name may only contain alphanumeric, hyphens, underscores, or periods: "
                        + $"invalid character '{name[i]}' at position {i}"
                );
            }
        }
    }

    public static void CheckProject(string name)
    {
        var problem =
            name.Length == 0 ? "project names may not be empty"
            : name.Length > Longest ? "project names are limited to 100 characters"
            : !name.All(IsPlain) ? "project names may only contain alphanumerics, hyphens, underscores, and periods"
            : null;
        if (problem is not null)
        {
            throw new UserErrorException(problem);
        }
    }

    public static void CheckOrganization(string name)
    {
        var good =
            name.Length is >= 3 and <= 40
            && char.IsAsciiLetterOrDigit(name[0])
            && char.IsAsciiLetterOrDigit(name[^1])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        if (!good)
        {
            throw new UserErrorException("invalid stack owner");
        }
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-';
}
