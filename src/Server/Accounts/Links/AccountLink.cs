namespace Server.Accounts.Links;

/// <summary>What a link of ours lets its holder do, once.</summary>
public sealed record AccountLink
{
    public const string Reset = "reset";
    public const string Verify = "verify";

    /// <summary>Its address becomes the account's.</summary>
    public const string Change = "change";

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public required string AccountId { get; init; }
    public required string Purpose { get; init; }

    /// <summary>Where it was sent, which its use proves to be the account's; empty if somebody passed it on.</summary>
    public required string Email { get; init; }
}
