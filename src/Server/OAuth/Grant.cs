using Server.Auth;

namespace Server.OAuth;

/// <summary>One login of a command line, for its owner to see.</summary>
public sealed record Grant : Asker
{
    /// <summary>Counted anew with every refresh.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>After that one logs in anew, however often it was used.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(365);

    public static readonly TimeSpan AccessLifetime = TimeSpan.FromHours(1);

    public required string Id { get; init; }
    public required long CreatedMs { get; init; }
    public required long LastUsedMs { get; init; }
    public required long ExpiresMs { get; init; }
}

/// <summary>What a command gets.</summary>
public sealed record IssuedTokens(Secret Access, Secret Refresh);
