using System.Security.Cryptography;
using Server.Auth;

namespace Server.Tokens;

/// <summary>A personal access token, as it may be shown. Times are Unix milliseconds; 0 is never.</summary>
public sealed record Token
{
    public const int LongestDescription = 255;

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdef");

    /// <summary>Two years, and a day for time zones.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(2 * 366 + 1);

    public required string Id { get; init; }
    public required string AccountId { get; init; }
    public required string Description { get; init; }

    /// <summary>Of a token of an organization or a team; null for a person's.</summary>
    public string? Name { get; init; }

    public string? TeamId { get; init; }

    /// <summary>The login of who made it.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>What its service account is in the organization.</summary>
    public string? Role { get; init; }

    public string? RoleId { get; init; }

    /// <summary>Of the custom role; null where there is none.</summary>
    public string? RoleName { get; init; }

    public bool IsAdmin => Role == "admin";

    public string Kind =>
        Name is null ? "personal"
        : TeamId is null ? "organization"
        : "team";
    public required long CreatedMs { get; init; }
    public required long LastUsedMs { get; init; }
    public required long ExpiresMs { get; init; }

    /// <summary>Until when the secret before the last rotation works.</summary>
    public long PreviousUntilMs { get; init; }

    public string LastAddress { get; init; } = "";
    public string LastClient { get; init; } = "";

    public bool ReadOnly { get; init; }
    public bool NoDecrypt { get; init; }
    public string? OnlyStackId { get; init; }
    public string? OnlyOrganizationId { get; init; }

    /// <summary>The only organization that it reaches; null for all.</summary>
    public string? Organization { get; init; }

    public string? StackOrganization { get; init; }
    public string? StackProject { get; init; }
    public string? StackName { get; init; }

    /// <summary>The only stack that it reaches; null for all.</summary>
    public string? Stack => OnlyStackId is null ? null : $"{StackOrganization}/{StackProject}/{StackName}";

    public string Label =>
        Name is not null ? Name
        : Description.Length > 0 ? Description
        : "(no description)";

    /// <summary>What it leaves out, for people; empty if nothing.</summary>
    public IEnumerable<string> LimitTexts =>
        new[]
        {
            ReadOnly ? "read-only" : null,
            NoDecrypt ? "no secrets" : null,
            Stack is { } stack ? $"only {stack}" : null,
            Organization is { } organization ? $"only in {organization}" : null,
        }.OfType<string>();

    public bool IsExpired(TimeProvider clock) => ExpiresMs != 0 && ExpiresMs <= clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Beyond any date that milliseconds could hold is "more than two years ahead" as well.</summary>
    public static long Milliseconds(long seconds) => Math.Clamp(seconds, long.MinValue / 1000, long.MaxValue / 1000) * 1000;

    public static Secret NewSecret() => new("pul-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)));

    /// <summary>Spares the store everything that cannot be a token.</summary>
    public static bool LooksLikeOne(string text) =>
        text.Length == 44 && text.StartsWith("pul-", StringComparison.Ordinal) && text.AsSpan(4).IndexOfAnyExcept(HexDigits) < 0;

    /// <returns>What is wrong, as a sentence; null if nothing is.</returns>
    public static string? Problem(string description, long expiresMs, TimeProvider clock)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return description.Length > LongestDescription ? $"A description has at most {LongestDescription} characters."
            : description.Any(char.IsControl) ? "A description has no line breaks or control characters."
            : expiresMs != 0 && expiresMs <= now
                ? "The expiry is in the past. Give a time in the next two years, or 0 for a token that never expires."
            : expiresMs > now + (long)LongestLife.TotalMilliseconds
                ? "The expiry is more than two years ahead. Give an earlier one, or 0 for a token that never expires."
            : null;
    }
}

/// <summary>Which tokens a list shows.</summary>
public enum TokenFilter
{
    Active,
    Expired,
    All,
}
