namespace Server.Roles;

/// <summary>A role, a policy or a permission set of an organization: one kind of record under different names, as published.</summary>
public sealed record Role
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Description { get; init; }

    /// <summary>What its maker says that it is about; nothing depends on it.</summary>
    public required string ResourceType { get; init; }

    /// <summary>One of <see cref="RolePurpose"/>.</summary>
    public required string Purpose { get; init; }

    /// <summary>The tree as it was given.</summary>
    public required string Json { get; init; }

    public required Descriptor Details { get; init; }

    /// <summary>How many times it has been changed.</summary>
    public required long Version { get; init; }

    public required long CreatedMs { get; init; }
    public required long ModifiedMs { get; init; }

    /// <summary>Can it be given to people, teams and tokens?</summary>
    public bool IsGivable => RolePurpose.IsGivable(Purpose);
}

public static class RolePurpose
{
    public const string Role = "role";

    /// <summary>Belongs to one team and is not offered to others.</summary>
    public const string Private = "role_private";

    public const string Temporary = "role_temporary";
    public const string Policy = "policy";
    public const string Set = "set";

    public static readonly IReadOnlyList<string> All = [Role, Private, Temporary, Policy, Set];

    public static bool IsGivable(string purpose) => purpose is Role or Private or Temporary;
}
