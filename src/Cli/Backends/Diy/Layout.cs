namespace Cli.Backends.Diy;

/// <summary>Where things are in a store. The older layout has no folders for projects.</summary>
internal sealed class Layout(bool legacy)
{
    public const string Root = ".pulumi";
    public const string Meta = Root + "/meta.yaml";
    public const string Stacks = Root + "/stacks/";

    public bool IsLegacy => legacy;

    /// <summary>Without what tells the compression.</summary>
    public static string StateFile(StackName stack) => $"{Stacks}{Path(stack)}.json";

    public static string Tags(StackName stack) => $"{Stacks}{Path(stack)}.pulumi-tags";

    public static string History(StackName stack) => $"{Root}/history/{Path(stack)}/";

    public static string Backups(StackName stack) => $"{Root}/backups/{Path(stack)}/";

    public static string Locks(StackName stack) => $"{Root}/locks/{stack.Full}/";

    /// <returns>Null when the key is not that of a stack's state.</returns>
    public StackName? StackOf(string key)
    {
        var path = key[Stacks.Length..];
        var parts = Compression.Strip(path).Split('/');
        if (!path.Contains(".json", StringComparison.Ordinal) || !parts[^1].EndsWith(".json", StringComparison.Ordinal))
        {
            return null;
        }
        var name = parts[^1][..^".json".Length];
        return (legacy, parts.Length) switch
        {
            (true, 1) => new("", "", name),
            (false, 2) => new(DiyNames.Organization, parts[0], name),
            _ => null,
        };
    }

    private static string Path(StackName stack) => stack.Project.Length == 0 ? stack.Name : $"{stack.Project}/{stack.Name}";
}
