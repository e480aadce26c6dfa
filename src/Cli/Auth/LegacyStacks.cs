namespace Cli.Auth;

/// <summary>Stacks in the layout of old, which had no folder for the project.</summary>
internal static class LegacyStacks
{
    public static IReadOnlyList<string> In(string state)
    {
        var stacks = Path.Combine(state, "stacks");
        return Directory.Exists(stacks)
            ?
            [
                .. Directory
                    .EnumerateFiles(stacks)
                    .Select(StackName)
                    .OfType<string>()
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }

    private static string? StackName(string file)
    {
        var name = Path.GetFileName(file);
        string[] endings = [".json", ".json.gz", ".json.zst"];
        return Array.Find(endings, ending => name.EndsWith(ending, StringComparison.Ordinal)) is { } found ? name[..^found.Length] : null;
    }

    public static string Warning(IReadOnlyList<string> names) =>
        "Found legacy stack files in state store:\n"
        + string.Concat(names.Select(name => $"  - {name}\n"))
        + "Please run 'pulumi state upgrade' to migrate them to the new format.\n"
        + "Set PULUMI_DIY_BACKEND_NO_LEGACY_WARNING=1 to disable this warning.";

    public static readonly string Deprecation = $"""

        {new string('=', 80)}
        Legacy DIY state is deprecated, please upgrade your state to project mode using:
        'pulumi state upgrade'

        It is due to be removed in a future release before the end of this year (2026).
        If you have any feedback or concerns, please let us know by commenting on the
        issue at https://github.com/pulumi/pulumi/issues/19566.
        Set PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR=1 to disable this error.
        {new string('=', 80)}
        """;
}
