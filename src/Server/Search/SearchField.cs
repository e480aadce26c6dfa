namespace Server.Search;

/// <summary>What a query can name.</summary>
public static class SearchField
{
    /// <summary>Truth values.</summary>
    public static readonly IReadOnlySet<string> Flags = new HashSet<string> { "custom", "delete", "external", "protected" };

    /// <summary>Those with an order: times, and the number of the update that the state is of.</summary>
    public static readonly IReadOnlySet<string> Ordered = new HashSet<string> { "created", "modified", "version" };

    public static readonly IReadOnlySet<string> Texts = new HashSet<string>
    {
        "category",
        "dependency",
        "id",
        "module",
        "name",
        "package",
        "parent.urn",
        "pending",
        "project",
        "provider.urn",
        "stack",
        "team",
        "type",
        "urn",
    };

    public static readonly IReadOnlySet<string> All = new SortedSet<string>([.. Flags, .. Ordered, .. Texts], StringComparer.Ordinal);
}
