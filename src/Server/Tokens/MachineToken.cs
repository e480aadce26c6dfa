namespace Server.Tokens;

/// <summary>Whom tokens of machines belong to: an organization, or one of its teams.</summary>
/// <param name="TeamId">Null for the organization's own.</param>
public sealed record TokenOwner(string OrganizationId, string Organization, string? TeamId, string? Team)
{
    public string Kind => TeamId is null ? "organization" : "team";
}

/// <summary>A token of an organization or a team to be made.</summary>
/// <param name="RoleId">A custom role; null for the one that <paramref name="Admin"/> says.</param>
public sealed record NewMachineToken(string Name, string Description, long ExpiresMs, bool Admin, string? RoleId)
{
    public const int LongestName = 40;

    /// <returns>What is wrong, as a sentence; null if nothing is.</returns>
    public string? Problem(TimeProvider clock) =>
        Name.Length is 0 or > LongestName ? $"A token's name has 1 to {LongestName} characters."
        : Name.Any(c => char.IsControl(c) || c is '/' or '\\') ? "A token's name has no slashes, line breaks or control characters."
        : Token.Problem(Description, ExpiresMs, clock);
}

/// <summary>What a new service account is, and what it may do.</summary>
/// <param name="Purpose">Unique: asking for it again finds the same account.</param>
public sealed record ServiceAccount(TokenOwner Owner, string Name, string Purpose)
{
    /// <summary><c>admin</c> or <c>member</c>.</summary>
    public string Role { get; init; } = "member";

    public string? RoleId { get; init; }

    /// <summary>The issuer whose tokens are exchanged for its own; null for one with a token of its own.</summary>
    public string? IssuerId { get; init; }

    /// <summary>The login of who made it.</summary>
    public required string CreatedBy { get; init; }
}
