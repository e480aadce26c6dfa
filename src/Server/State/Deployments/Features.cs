namespace Server.State;

/// <summary>What makes a deployment one of schema version 4 (its <c>features</c>).</summary>
[Flags]
internal enum Features
{
    None = 0,
    ByteString = 1 << 0,
    ExtensionParameterization = 1 << 1,
    Hooks = 1 << 2,
    RefreshBeforeUpdate = 1 << 3,
    ReplaceWith = 1 << 4,
    Snippets = 1 << 5,
    Taint = 1 << 6,
    Views = 1 << 7,
}

internal static class FeatureNames
{
    private static readonly (Features Feature, string Name)[] All =
    [
        (Features.ByteString, "byteString"),
        (Features.ExtensionParameterization, "extensionParameterization"),
        (Features.Hooks, "hooks"),
        (Features.RefreshBeforeUpdate, "refreshBeforeUpdate"),
        (Features.ReplaceWith, "replaceWith"),
        (Features.Snippets, "snippets-prototype"),
        (Features.Taint, "taint"),
        (Features.Views, "views"),
    ];

    public static IEnumerable<string> Of(Features features) => All.Where(f => features.HasFlag(f.Feature)).Select(f => f.Name);

    public static bool IsKnown(string name) => All.Any(f => f.Name == name);
}
