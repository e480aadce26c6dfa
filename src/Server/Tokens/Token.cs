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
    public required string Description { get; init; }
    public required long CreatedMs { get; init; }
    public required long LastUsedMs { get; init; }
    public required long ExpiresMs { get; init; }

    public bool IsExpired(TimeProvider clock) => ExpiresMs != 0 && ExpiresMs <= clock.GetUtcNow().ToUnixTimeMilliseconds();

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
