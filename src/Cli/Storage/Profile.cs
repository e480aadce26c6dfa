namespace Cli.Storage;

internal enum ProfileChosenBy
{
    Flag,
    Environment,
    Directory,
    Switch,
}

/// <summary>
/// A set of logins with a name: a folder of its own for <c>credentials.json</c> and <c>config.json</c>, in their usual format. The stock CLI uses one when
/// <c>PULUMI_CREDENTIALS_PATH</c> names that folder.
/// </summary>
/// <param name="File">Which file chose it, where one did.</param>
internal sealed record Profile(string Name, ProfileChosenBy By, string? File = null)
{
    /// <summary>The logins that there are without profiles.</summary>
    public const string Default = "default";

    /// <summary>Binds a directory and all below it to the profile that it names.</summary>
    public const string BindingFile = ".pulumi-profile";

    private const int LongestName = 40;

    public bool IsDefault => Name == Default;

    /// <summary>What was chosen most closely: the flag, the variable, the directory, or `pulumi auth switch`.</summary>
    /// <returns>Null if nothing was.</returns>
    public static Profile? Of(Machine machine)
    {
        if (machine.ProfileFlag is { Length: > 0 } flag)
        {
            return new(Checked(flag, "--profile"), ProfileChosenBy.Flag);
        }
        if (machine.Variable("PULUMI_PROFILE") is { } variable)
        {
            return new(Checked(variable, "PULUMI_PROFILE"), ProfileChosenBy.Environment);
        }
        if (machine.Variable("PULUMI_CREDENTIALS_PATH") is not null)
        {
            return null; // somebody who says where they are does not mean a profile
        }
        for (var folder = new DirectoryInfo(machine.WorkingDirectory); folder is not null; folder = folder.Parent)
        {
            if (Read(Path.Combine(folder.FullName, BindingFile)) is { } bound)
            {
                return new(Checked(bound.Name, bound.Path), ProfileChosenBy.Directory, bound.Path);
            }
        }
        return Read(Places.ChosenProfile(machine)) is { } chosen
            ? new(Checked(chosen.Name, chosen.Path), ProfileChosenBy.Switch, chosen.Path)
            : null;
    }

    /// <summary>The names of those that have been logged in with.</summary>
    public static IReadOnlyList<string> All(Machine machine) =>
        Directory.Exists(Places.Profiles(machine))
            ? [.. Directory.EnumerateDirectories(Places.Profiles(machine)).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)]
            : [];

    public static bool Exists(Machine machine, string name) => name == Default || Directory.Exists(Places.Profile(machine, name));

    /// <exception cref="UserErrorException">It cannot be a name.</exception>
    public static string Checked(string name, string source) =>
        name.Length <= LongestName && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? name
            : throw new UserErrorException(
                $"'{name}' ({source}) cannot be a profile's name, which has 1 to {LongestName} letters, digits, hyphens, underscores and periods"
            );

    public static UserErrorException Missing(string name) =>
        new($"there is no profile '{name}'; `pulumi login --profile {name}` makes it, `pulumi auth list` shows those that there are");

    private static (string Name, string Path)? Read(string path)
    {
        if (!System.IO.File.Exists(path))
        {
            return null;
        }
        try
        {
            return System.IO.File.ReadAllText(path).Trim() is { Length: > 0 } name ? (name, path) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"reading '{path}': {FileFault.Reason(fault)}");
        }
    }
}
