namespace Server.Roles;

/// <summary>The kinds of things that a condition can be about.</summary>
public enum EntityKind
{
    Stack,
    Environment,

    /// <summary>Asked about where a team's members and texts change; else a condition about one never holds.</summary>
    Team,

    /// <summary>Published, but there are none here: a condition about one never holds.</summary>
    InsightsAccount,
}

/// <summary>The one thing that somebody wants to do something with.</summary>
public sealed record Entity(EntityKind Kind, string Id, IReadOnlyDictionary<string, string> Tags)
{
    private static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>();

    public Entity(EntityKind kind, string id)
        : this(kind, id, NoTags) { }
}
