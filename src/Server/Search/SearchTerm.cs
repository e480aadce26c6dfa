namespace Server.Search;

/// <summary>A query in Pulumi's resource search language, taken apart.</summary>
public abstract record SearchTerm
{
    public sealed record All(IReadOnlyList<SearchTerm> Terms) : SearchTerm;

    public sealed record Any(IReadOnlyList<SearchTerm> Terms) : SearchTerm;

    public sealed record Not(SearchTerm Term) : SearchTerm;

    /// <summary>A text without a field, looked for in all that names a resource.</summary>
    public sealed record Words(string Text, bool Exact) : SearchTerm;

    /// <param name="Name">One of <see cref="SearchField.All"/>.</param>
    /// <param name="Text">Empty: whether it has one at all.</param>
    public sealed record Field(string Name, string Text, bool Exact) : SearchTerm;

    /// <param name="From">At least this; null for no bound.</param>
    /// <param name="Below">Less than this; null for no bound.</param>
    public sealed record Range(string Name, long? From, long? Below) : SearchTerm;

    /// <param name="Path">Of a property, as <see cref="Resources.PropertyLines"/> writes it.</param>
    /// <param name="Value">Null: whether it has one at all.</param>
    public sealed record Property(string Path, string? Value) : SearchTerm;
}
