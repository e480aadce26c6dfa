using Server.Auth;

namespace Server.Tokens;

/// <summary>A personal token to be made; what is said of it has been checked.</summary>
public sealed record NewToken(string AccountId, string Description, long ExpiresMs)
{
    public Limits Limits { get; init; } = Limits.None;

    /// <summary>Identifies one browser login: a token minted for it before and never used is replaced, not kept.</summary>
    public byte[]? CliSession { get; init; }

    /// <summary>Whose account it is, if no person's.</summary>
    public string? ServiceAccountId { get; init; }

    /// <summary>Of a token of an organization or a team.</summary>
    public string? Name { get; init; }

    /// <inheritdoc cref="Name"/>
    public TokenOwner? Owner { get; init; }

    internal Token Made(string id, long nowMs) =>
        new()
        {
            Id = id,
            AccountId = AccountId,
            Name = Name,
            TeamId = Owner?.TeamId,
            Description = Description,
            CreatedMs = nowMs,
            LastUsedMs = 0,
            ExpiresMs = ExpiresMs,
            ReadOnly = Limits.ReadOnly,
            NoDecrypt = Limits.NoDecrypt,
            OnlyStackId = Limits.StackId,
            OnlyOrganizationId = Limits.OrganizationId,
        };
}

/// <param name="Overlap">So long the present secret works on.</param>
/// <param name="ExpiresMs">Null leaves the expiry as it is.</param>
public sealed record Rotation(TimeSpan Overlap, long? ExpiresMs)
{
    /// <summary>Long enough for a holiday; after that, two secrets are one too many.</summary>
    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    public static readonly TimeSpan UsualOverlap = TimeSpan.FromDays(1);

    /// <returns>What is wrong, as a sentence; null if nothing is.</returns>
    public static string? Problem(long overlapSeconds) =>
        overlapSeconds < 0 || overlapSeconds > LongestOverlap.TotalSeconds
            ? $"The old value can work on for 0 to {(long)LongestOverlap.TotalSeconds} seconds ({LongestOverlap.TotalDays} days)."
            : null;
}
